-- A column that is NULL everywhere holds nothing.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b BLOB);
INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', NULL);
