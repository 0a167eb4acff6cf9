-- The document is for files in which b is still called a, and for this one, where it was renamed.
CREATE TABLE t(id INTEGER PRIMARY KEY, b TEXT, "not" TEXT);
INSERT INTO t VALUES (1, 'x', 'n'), (2, NULL, 'm');
