-- The primary key goes from one column to another; the rows keep their rowids.
CREATE TABLE dogs(id INTEGER PRIMARY KEY, name TEXT, age TEXT);
INSERT INTO dogs VALUES (3, 'Cleo', '5'), (9, 'Pancakes', '4');
