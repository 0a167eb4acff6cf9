-- The index on a text in double quotes is on a table that is written anew, beside a rename.
CREATE TABLE a(id INTEGER PRIMARY KEY, y TEXT, z TEXT);
CREATE INDEX odd ON a("Person", y);
CREATE INDEX even ON a(z);
CREATE TABLE b(id INTEGER PRIMARY KEY, was TEXT);
INSERT INTO a VALUES(1, '7', 'x'), (2, '8', 'y');
INSERT INTO b VALUES(1, 'kept');
