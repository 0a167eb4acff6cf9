-- What the expression leaves NULL is refused.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT);
INSERT INTO t VALUES (1, NULL, 'x'), (2, NULL, NULL), (3, 'y', NULL);
