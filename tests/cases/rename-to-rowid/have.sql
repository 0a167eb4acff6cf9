-- From SQLite 3.54 on ALTER makes no column that is called like the rowid; a table may still have one.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT);
INSERT INTO t(a, b) VALUES ('one', 'uno'), ('two', 'due');
CREATE VIEW v AS SELECT a FROM t;
