-- From SQLite 3.54 on ALTER renames and drops no column that is called like the rowid.
CREATE TABLE t(id INTEGER PRIMARY KEY, oid TEXT, rowid TEXT);
INSERT INTO t(oid, rowid) VALUES ('one', 'uno'), ('two', 'due');
CREATE VIEW v AS SELECT oid FROM t;
