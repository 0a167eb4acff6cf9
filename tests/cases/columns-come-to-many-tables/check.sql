SELECT count(*) = 2 FROM t1 WHERE more = 'so';
SELECT more = -7 AND most = 1.5 FROM t2;
SELECT seq = 2 FROM sqlite_sequence WHERE name = 't2';
SELECT more = 'one1' FROM t7 WHERE id = 1;
SELECT count(*) = 2 FROM t36 WHERE more IS NULL;
