-- A value of the query is of another type than a STRICT table takes.
CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);
INSERT INTO t VALUES (1, 'x', 5), (2, NULL, 7), (3, 'x', '08');
