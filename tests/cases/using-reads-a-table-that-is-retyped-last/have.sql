-- An expression reads another table as it was, though that is written anew before this one.
CREATE TABLE photo(id INTEGER PRIMARY KEY, size INTEGER, note TEXT);
INSERT INTO photo VALUES (1, 5, 'a'), (2, 7, 'b');
CREATE TABLE variant(id INTEGER PRIMARY KEY, photo_id INT);
INSERT INTO variant VALUES (10, 1), (11, 2), (12, 3);
