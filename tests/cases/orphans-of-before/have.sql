-- What was broken before is not blamed on the migration.
CREATE TABLE parent(id INTEGER PRIMARY KEY, x);
CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id));
INSERT INTO parent VALUES (1, 1);
INSERT INTO child VALUES (1, 1), (2, 99);
