-- A UNIQUE without a name is another one than the same with a name; its index is made by SQLite.
CREATE TABLE t(a INTEGER, b INTEGER, UNIQUE (a, b));
INSERT INTO t VALUES (1, 2), (1, NULL), (1, NULL);
