-- SQLite takes ((code)) in a unique index for the column: a foreign key can stand on it.
CREATE TABLE parent(code TEXT);
INSERT INTO parent VALUES('a');
CREATE TABLE child(id INTEGER PRIMARY KEY, parent TEXT);
INSERT INTO child VALUES(1, 'a');
