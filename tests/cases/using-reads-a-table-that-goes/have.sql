-- What an expression reads goes in the same document: a table, and a view of it.
CREATE TABLE photo(id INTEGER PRIMARY KEY, size INTEGER, note TEXT);
INSERT INTO photo VALUES (1, 5, 'a'), (2, 7, 'b');
CREATE VIEW sizes AS SELECT id, size FROM photo;
CREATE TABLE aaa(id INTEGER PRIMARY KEY, photo INT);
INSERT INTO aaa VALUES (10, 1), (11, 2);
