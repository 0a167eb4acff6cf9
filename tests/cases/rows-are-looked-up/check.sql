SELECT group_concat(coalesce(country, '-')) = '7,8,-' FROM (SELECT * FROM t ORDER BY id);
SELECT group_concat(id || code) = '7CH,8IT' FROM (SELECT * FROM country ORDER BY id);
