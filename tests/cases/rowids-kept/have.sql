-- Another type for a column, and the rowids stay, gaps and all.
CREATE TABLE t(a TEXT, n TEXT);
INSERT INTO t(rowid, a, n) VALUES (5, 'a', '1'), (9, 'b', '2');
