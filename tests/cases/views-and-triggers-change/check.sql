SELECT group_concat(rowid) = '10,20' FROM (SELECT rowid FROM t ORDER BY rowid);
SELECT sum(c) = 5 FROM w;
