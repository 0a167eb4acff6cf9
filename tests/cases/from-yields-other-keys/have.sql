-- The query yields keys that are no integers.
CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);
INSERT INTO t VALUES (1, 'x', 5), (2, NULL, 7), (3, 'x', '08');
