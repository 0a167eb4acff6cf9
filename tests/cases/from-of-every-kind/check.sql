SELECT group_concat(code || typeof(price)) = 'areal,breal,cnull' FROM (SELECT * FROM bare ORDER BY code);
SELECT count(*) = 3 FROM bare WHERE since = 'today';
SELECT group_concat(_rowid_ || rowid || typeof("any") || twice || coalesce(long, '-'), ' ') = '1aintegeraaaa5 2brealbbbb7.5 3cnullcc-'
  FROM (SELECT *, _rowid_ FROM "strict one" ORDER BY _rowid_);
SELECT count(*) = 0 FROM log;
