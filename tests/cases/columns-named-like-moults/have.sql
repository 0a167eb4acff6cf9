-- Columns that are named as moult names the keys beside values that it sets aside.
CREATE TABLE u(id INTEGER PRIMARY KEY, n TEXT);
INSERT INTO u VALUES(1, 'one'), (2, 'two');
CREATE TABLE t(id INTEGER PRIMARY KEY, u INT, _moult_key_0 TEXT, _MOULT_KEY__1 TEXT);
INSERT INTO t VALUES(1, 1, 'k', 7), (2, 2, 'l', 8), (3, 9, NULL, 7);
