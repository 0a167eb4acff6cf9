-- What a column of a STRICT table makes of its own type by itself, no expression repairs.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INTEGER, r REAL, s TEXT, n INT);
INSERT INTO t VALUES (1, 5, 5, 1, 5, 1), (2, 'x', 'y', 'z', x'00', 2), (3, '6.0', 7.0, '2', 'ok', 3);
