-- A schema of nothing: scripts compare it as a text without a line.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
CREATE INDEX t_by_a ON t(a);
INSERT INTO t VALUES (1, 'x'), (2, 'y');
