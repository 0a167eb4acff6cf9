-- Each name of the rowid is a column's.
CREATE TABLE t(rowid, _rowid_, oid, doc TEXT);
INSERT INTO t VALUES (1, 1, 1, '{}'), (1, 1, 1, '{broken');
