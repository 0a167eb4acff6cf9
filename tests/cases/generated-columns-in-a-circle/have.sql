-- SQLite takes columns that are made of each other, and reads no row after it.
CREATE TABLE t(a INTEGER, b AS (a + 1), c AS (a + 2));
INSERT INTO t VALUES (1);
