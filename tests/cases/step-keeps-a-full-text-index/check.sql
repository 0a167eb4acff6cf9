SELECT group_concat(size) = '9,3' FROM (SELECT * FROM page ORDER BY id);
SELECT count(*) = 1 FROM page_find WHERE page_find MATCH 'color';
SELECT count(*) = 0 FROM page_find WHERE page_find MATCH 'colour';
