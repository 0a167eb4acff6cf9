-- The one that was an orphan before is one still, and is not blamed.
CREATE TABLE parent(id INTEGER PRIMARY KEY);
CREATE TABLE child(id INTEGER PRIMARY KEY, parent TEXT REFERENCES parent(id));
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES (1, '1'), (2, '77'), (3, NULL);
