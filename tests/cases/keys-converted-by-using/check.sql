SELECT group_concat(id || a) = '7b,10a' FROM (SELECT * FROM t ORDER BY id);
