-- Values that a repair would take are asked for, in scripts as well.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES (1, '5'), (2, '5');
