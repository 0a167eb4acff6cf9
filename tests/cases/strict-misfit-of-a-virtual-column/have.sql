-- Nobody looks at the type of a VIRTUAL column when a row is written.
CREATE TABLE t(d TEXT, k REAL AS (d));
INSERT INTO t VALUES ('x');
