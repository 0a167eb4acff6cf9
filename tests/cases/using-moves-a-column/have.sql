-- A column goes to another table, and its tombstone stands in the same document.
CREATE TABLE photo(id INTEGER PRIMARY KEY, size INTEGER, note TEXT);
INSERT INTO photo VALUES (1, 5, 'a'), (2, 7, 'b');
CREATE TABLE variant(photo_id INT PRIMARY KEY, k TEXT) WITHOUT ROWID;
INSERT INTO variant VALUES (1, 'x'), (2, 'y');
