-- What fills the index is computed row by row.
CREATE TABLE t(id INTEGER PRIMARY KEY, doc TEXT);
INSERT INTO t VALUES (1, '{"a":1}'), (7, '{broken'), (8, NULL);
