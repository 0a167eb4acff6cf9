-- Not JSON: the expression fails on a row, and says so before the first write.
CREATE TABLE t(id INTEGER PRIMARY KEY, doc TEXT);
INSERT INTO t VALUES (1, '{"a":1}'), (2, 'not json');
