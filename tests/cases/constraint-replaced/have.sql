-- Another CHECK in the place of one, and a UNIQUE that gets a name, is no drop.
CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER CHECK (n > 0), u TEXT UNIQUE);
INSERT INTO t VALUES (1, 1, 'a');
