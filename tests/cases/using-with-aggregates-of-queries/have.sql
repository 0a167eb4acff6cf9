-- Aggregates of queries that have a table of their own are values of a row.
CREATE TABLE t(id INTEGER PRIMARY KEY, a INT);
INSERT INTO t VALUES (1, 10), (2, 20), (3, 30);
