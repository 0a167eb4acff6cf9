-- Nothing is rebuilt, so the index is only undeclared.
CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT);
CREATE INDEX not_declared ON t(n);
INSERT INTO t VALUES (1, '1');
