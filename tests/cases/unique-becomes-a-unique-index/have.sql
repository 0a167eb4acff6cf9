-- The rule stays, as an index of its own.
CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT UNIQUE);
INSERT INTO t VALUES (1, 'a'), (2, NULL);
