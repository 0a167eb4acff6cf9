-- The table is written anew with its rowids; the one orphan goes, and another comes.
CREATE TABLE parent(id INTEGER PRIMARY KEY);
CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent, n INTEGER);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 9, 4), (2, 1, 5);
