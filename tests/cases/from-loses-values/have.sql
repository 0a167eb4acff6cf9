-- A value of the query would be another in the table.
CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);
INSERT INTO t VALUES (1, 'x', 5), (2, NULL, 7), (3, 'x', '08');
