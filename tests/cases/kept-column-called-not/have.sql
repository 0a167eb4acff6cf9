-- A kept column is called as a word of a CHECK that the document declares too.
CREATE TABLE sample(id INTEGER PRIMARY KEY, at INTEGER, "not" TEXT, "like" TEXT, CHECK (at IS NOT 9), CHECK ("not" <> 'no'));
INSERT INTO sample VALUES (1, 100, 'a', 'b'), (2, NULL, 'c', 'd');
