-- The partial index tells apart only some rows; what it tells apart is asked on the way to the key.
CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, gone TEXT);
CREATE UNIQUE INDEX few ON t (id) WHERE n > 1;
INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b');
