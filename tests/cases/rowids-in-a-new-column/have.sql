-- A key that is added takes the rowids that are there.
CREATE TABLE t(a TEXT);
INSERT INTO t(rowid, a) VALUES (5, 'a'), (9, 'b');
