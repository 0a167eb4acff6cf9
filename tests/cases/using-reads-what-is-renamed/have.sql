-- The table and the column that an expression reads are renamed; it has their old names, also its own.
CREATE TABLE photo(id INTEGER PRIMARY KEY, size INTEGER, note TEXT);
INSERT INTO photo VALUES (1, 5, 'a'), (2, 7, 'b');
CREATE TABLE aaa(id INTEGER PRIMARY KEY, photo INT);
INSERT INTO aaa VALUES (10, 1), (11, 2);
