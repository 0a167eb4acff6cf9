-- The table is there already, with rows of its own: no query runs.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
CREATE TABLE u(a TEXT);
INSERT INTO t VALUES (1, 'x');
INSERT INTO u VALUES ('mine');
