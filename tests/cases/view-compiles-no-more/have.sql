-- The view is not declared, and reads a column that goes.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT);
CREATE VIEW v AS SELECT b FROM t;
INSERT INTO t VALUES (1, 'a', 'b');
