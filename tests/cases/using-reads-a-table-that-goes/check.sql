SELECT group_concat(size) = '5,7' FROM (SELECT size FROM aaa ORDER BY id);
SELECT min(is_there) = 1 FROM aaa;
