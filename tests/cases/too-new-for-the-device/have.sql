-- What the device's SQLite cannot read is refused before it is there.
CREATE TABLE t(a INTEGER, b TEXT);
INSERT INTO t VALUES (1, 'x'), (2, 'y');
