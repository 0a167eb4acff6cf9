-- Text in an INTEGER column cannot enter a STRICT table.
CREATE TABLE sample(id INTEGER PRIMARY KEY, at INTEGER);
INSERT INTO sample VALUES (1, 100), (2, 'yesterday');
