-- So it is where an expression repairs rows.
CREATE TABLE t(id INTEGER PRIMARY KEY, a INT);
INSERT INTO t VALUES (1, 10), (2, 20), (3, 30);
