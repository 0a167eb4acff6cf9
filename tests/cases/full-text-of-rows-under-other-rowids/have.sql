-- An index knows its rows by their rowids; where those change with consent it is made again.
CREATE TABLE t(code TEXT, a TEXT);
INSERT INTO t VALUES ('11', 'x');
CREATE VIRTUAL TABLE f USING fts5(a, content='t');
INSERT INTO f(f) VALUES ('rebuild');
