-- The rowid was id, and would be b.
CREATE TABLE t(id INTEGER PRIMARY KEY, b INTEGER);
INSERT INTO t VALUES (1, 20), (2, 10);
