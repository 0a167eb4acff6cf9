-- The new table takes the name of an index that goes, and an expression reads it all the same; a name of the file is the file's.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT);
CREATE TABLE kept(a TEXT, n INTEGER);
CREATE INDEX kind ON t(a);
INSERT INTO t VALUES (1, 'x', 'p'), (2, 'y', 'q'), (3, 'x', NULL);
INSERT INTO kept VALUES ('x', 100), ('y', 200);
