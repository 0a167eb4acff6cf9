-- In a table without rowid an orphan that goes makes no room for another either.
CREATE TABLE parent(id INTEGER PRIMARY KEY);
CREATE TABLE child(code TEXT PRIMARY KEY, p INTEGER REFERENCES parent) WITHOUT ROWID;
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES ('a', 1), ('b', 2), ('c', 3);
