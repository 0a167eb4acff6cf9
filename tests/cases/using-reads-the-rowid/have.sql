-- The rowid has three names, and a column may take one of them.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
CREATE TABLE v(a TEXT, "rowid" TEXT);
INSERT INTO t VALUES (5, 'x');
INSERT INTO v(oid, a, "rowid") VALUES (7, 'y', 'is none');
