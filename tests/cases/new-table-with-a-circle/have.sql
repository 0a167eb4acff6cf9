-- A table that nobody could read is refused even while it is empty.
CREATE TABLE t(a INTEGER);
INSERT INTO t VALUES (1);
