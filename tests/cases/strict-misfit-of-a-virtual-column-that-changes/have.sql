-- And of one that is computed otherwise.
CREATE TABLE t(d TEXT, k REAL AS (1.5)) STRICT;
INSERT INTO t VALUES ('x');
