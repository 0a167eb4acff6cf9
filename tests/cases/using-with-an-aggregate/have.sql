-- An aggregate makes one row of all.
CREATE TABLE share(id INTEGER PRIMARY KEY, a INT);
INSERT INTO share VALUES (1, 10), (2, 20), (3, 30);
