-- An index on a text in double quotes is dropped in the same document as a rename beside it.
CREATE TABLE a(y INTEGER, z TEXT);
CREATE INDEX odd ON a("Person", y);
CREATE INDEX part ON a(y) WHERE z <> "none";
CREATE TABLE b(id INTEGER PRIMARY KEY, was TEXT);
INSERT INTO a VALUES(1, 'x'), (2, 'none');
INSERT INTO b VALUES(1, 'kept');
