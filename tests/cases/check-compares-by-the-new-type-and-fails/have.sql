-- As a text 1 is no number, and yet it is 1 for a column TEXT.
CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER);
INSERT INTO t VALUES (1, 1), (2, 2);
