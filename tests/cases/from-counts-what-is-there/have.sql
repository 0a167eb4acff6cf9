-- a query over no rows yields one all the same, whose values say nothing of what the rows of the file come to
CREATE TABLE t(a INTEGER);
INSERT INTO t VALUES (5), (7);
