-- UNIQUE in a table and a unique index do the same, and yet differ: the one has no name of its own.
CREATE TABLE test(id TEXT NOT NULL, token TEXT UNIQUE, PRIMARY KEY(id));
INSERT INTO test VALUES ('a', 't'), ('b', NULL);
