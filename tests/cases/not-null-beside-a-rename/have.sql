-- A column is renamed and becomes required, and another no longer is.
CREATE TABLE dogs(id INTEGER PRIMARY KEY, name TEXT NOT NULL, age TEXT);
INSERT INTO dogs VALUES (1, 'Cleo', '5');
