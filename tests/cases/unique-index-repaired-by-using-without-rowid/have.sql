-- The same by an index, in a table without rowid.
CREATE TABLE t(a TEXT, b INT, name TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
INSERT INTO t VALUES ('x', 1, 'a'), ('x', 2, 'A'), ('y', 1, 'a'), ('y', 2, 'c');
