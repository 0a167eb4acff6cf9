-- Texts that spell a number as SQLite spells it come back from it.
CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT, r TEXT, s TEXT);
INSERT INTO t VALUES (1, '12', '1.5', 'x'), (2, '-7', '0.1', NULL), (3, NULL, NULL, '');
