-- The key of a WITHOUT ROWID table is NOT NULL by itself.
CREATE TABLE t(k TEXT NOT NULL, v TEXT, PRIMARY KEY (k));
INSERT INTO t VALUES ('a', 'b');
