-- UNIQUE at a column that comes: all rows have its DEFAULT.
CREATE TABLE t(id INTEGER PRIMARY KEY);
INSERT INTO t VALUES (1), (2);
