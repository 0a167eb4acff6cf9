-- The tombstone says that it is no rename.
CREATE TABLE t(id INTEGER PRIMARY KEY, mail TEXT);
INSERT INTO t VALUES (1, 'a@x');
