-- A full-text index with external content would point to other rows.
CREATE TABLE t(k TEXT PRIMARY KEY NOT NULL, a TEXT);
INSERT INTO t VALUES ('x', 'a'), ('y', 'b');
