-- Where no row raises an error nothing is said, in whatever place.
CREATE TABLE t(id INTEGER PRIMARY KEY, doc TEXT);
INSERT INTO t VALUES (1, '{"a":1}'), (7, '{}'), (8, NULL);
