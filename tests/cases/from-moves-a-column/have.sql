-- A column goes to a table of its own, with the key of its row, where it has a value.
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, photo BLOB);
INSERT INTO person VALUES (1, 'Anna', x'00ff'), (2, 'Ben', NULL), (5, 'Cleo', x'');
