SELECT group_concat(coalesce(minutes, '-')) = '1,2,-' FROM (SELECT * FROM track ORDER BY id);
SELECT count(*) = 2 FROM log;
SELECT count(*) = 1 FROM genre;
