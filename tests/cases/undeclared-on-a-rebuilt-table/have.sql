CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT, extra TEXT);
CREATE INDEX not_declared ON t(n);
CREATE TABLE stranger(x);
INSERT INTO t VALUES (1, '1', 'kept');
