-- So it is of one that is added to a table that is STRICT already.
CREATE TABLE t(d TEXT) STRICT;
INSERT INTO t VALUES ('x');
