-- Nothing undeclared may be here, and nothing is.
CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT);
CREATE INDEX i ON t(n);
INSERT INTO t VALUES (1, '1');
