-- Columns called strict, without and pragma in a STRICT table.
CREATE TABLE t(id INTEGER PRIMARY KEY, without INTEGER) STRICT;
INSERT INTO t VALUES (1, 2);
