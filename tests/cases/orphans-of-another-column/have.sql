-- A foreign key means another column of its parent: rows that were orphans before are no new ones.
CREATE TABLE parent(id INTEGER PRIMARY KEY, hash TEXT UNIQUE);
INSERT INTO parent VALUES(1, 'a'), (2, 'b');
CREATE TABLE child(id INTEGER PRIMARY KEY, parent TEXT REFERENCES parent(hash));
INSERT INTO child VALUES(1, 'x'), (2, 'y'), (3, '2');
