-- The number in the header alone.
PRAGMA user_version = 3;
CREATE TABLE t(a);
INSERT INTO t VALUES (1);
