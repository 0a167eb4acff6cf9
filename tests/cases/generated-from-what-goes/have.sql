-- A kept generated column is made of one that goes.
CREATE TABLE t(id INTEGER PRIMARY KEY, size INT, twice AS (size * 2));
INSERT INTO t(id, size) VALUES (1, 2);
