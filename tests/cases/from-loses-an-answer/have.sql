-- A lookup finds nothing for a value: what it was would be lost.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES (1, 'x'), (2, 'Y');
