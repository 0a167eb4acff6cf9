-- The query does not yield a column that must have a value.
CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);
INSERT INTO t VALUES (1, 'x', 5), (2, NULL, 7), (3, 'x', '08');
