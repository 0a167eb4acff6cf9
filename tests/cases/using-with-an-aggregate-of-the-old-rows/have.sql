-- In a subquery an aggregate whose columns are all the old row's is the outer query's.
CREATE TABLE t(id INTEGER PRIMARY KEY, a INT);
CREATE TABLE u(x);
INSERT INTO t VALUES (1, 10), (2, 20), (3, 30);
INSERT INTO u VALUES (1);
