-- ADD COLUMN would take it, and then no row could be read.
CREATE TABLE t(id INTEGER PRIMARY KEY, doc TEXT);
INSERT INTO t VALUES (1, '{"a":1}'), (7, '{broken'), (8, NULL);
