-- The schema is what the migration writes, and work tables are in it.
CREATE TABLE t(id INTEGER PRIMARY KEY);
INSERT INTO t VALUES (1);
