-- AUTOINCREMENT on a table with rows: the mark is the highest key.
CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (41, 'x'), (-3, 'y');
