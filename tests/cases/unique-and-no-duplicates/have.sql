CREATE TABLE t(id INTEGER PRIMARY KEY, mail TEXT, a TEXT);
INSERT INTO t VALUES (1, 'Ada', 'x'), (2, 'Bob', 'x'), (3, NULL, 'x'), (4, NULL, 'y');
