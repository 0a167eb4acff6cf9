-- The copy would fail.
CREATE TABLE t(id INTEGER PRIMARY KEY, doc TEXT);
INSERT INTO t VALUES (1, '{"a":1}'), (7, '{broken'), (8, NULL);
