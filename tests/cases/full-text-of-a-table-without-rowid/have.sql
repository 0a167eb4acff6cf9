-- A full-text table whose content has no rowid cannot be filled, and one with content='' has none.
CREATE TABLE t(code TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;
INSERT INTO t VALUES('a', 'one');
CREATE TABLE ""(a TEXT);
INSERT INTO "" VALUES('two');
CREATE VIRTUAL TABLE bare USING fts5(a, content='');
INSERT INTO bare(rowid, a) VALUES(1, 'kept');
