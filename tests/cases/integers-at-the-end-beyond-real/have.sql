-- The largest integers come back from a REAL as themselves, though they are not what it holds.
CREATE TABLE t(id INTEGER PRIMARY KEY, until INTEGER);
INSERT INTO t VALUES (1, 9223372036854775807);
