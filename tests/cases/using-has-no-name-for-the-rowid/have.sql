-- Where all names of the rowid are columns on the way, no expression reads it.
CREATE TABLE t(a, "rowid", "_rowid_");
INSERT INTO t VALUES (1, 2, 3);
