-- A CHECK compares by the affinity of the column as it will be: 1 becomes '1', which is IN (0, 1).
CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b TEXT, c INTEGER);
INSERT INTO t VALUES (1, 1, '2', 7), (2, 0, '3', 1.5), (3, NULL, NULL, NULL), (4, x'31', x'32', x'00');
