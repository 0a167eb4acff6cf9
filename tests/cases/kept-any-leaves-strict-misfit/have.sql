-- A column that nobody declares would lose its noughts, because its table is STRICT no more.
CREATE TABLE sample(id INTEGER PRIMARY KEY, at INTEGER, extra ANY) STRICT;
INSERT INTO sample VALUES (1, 100, '007'), (2, 200, 'five');
