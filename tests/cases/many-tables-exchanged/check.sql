SELECT typeof(b) = 'integer' FROM t1 WHERE id = 3;
SELECT count(*) = 1 FROM t3;
SELECT seq = 9 FROM sqlite_sequence WHERE name = 't3';
SELECT count(*) = 2 FROM t7 INDEXED BY p7 WHERE a > 'm' AND c > 1;
SELECT count(*) = 1 FROM t25 INDEXED BY b25 WHERE b = 55;
SELECT one = 31 AND other = 'three' FROM "both" WHERE one IS NOT NULL;
SELECT count(*) = 0 FROM pragma_table_info('t2') WHERE name = 'd';
SELECT count(*) = 2 FROM t5 JOIN t4 ON t5.parent = t4.id;
