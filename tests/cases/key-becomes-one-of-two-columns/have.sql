-- A key of two columns in another order than the columns.
CREATE TABLE dogs(id INTEGER PRIMARY KEY, name TEXT, age TEXT);
INSERT INTO dogs VALUES (1, 'Cleo', '5'), (2, 'Cleo', '4');
