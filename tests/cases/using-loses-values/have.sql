-- The expression has no answer for 'x'.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES (1, '1'), (2, 'x'), (3, NULL);
