SELECT group_concat(quote(id) || quote(state) || quote(country) || quote(size)) = '1''open''''ch''''7'',2''paid''''Li''''8'',3NULLNULLNULL' FROM (SELECT * FROM orders ORDER BY id);
SELECT count(*) = 0 FROM pragma_foreign_key_check;
SELECT group_concat(code) = 'CH,LI' FROM (SELECT code FROM country ORDER BY code);
