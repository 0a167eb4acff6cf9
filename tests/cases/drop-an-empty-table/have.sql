-- A table without rows loses nothing.
CREATE TABLE kept(id INTEGER PRIMARY KEY, a TEXT);
CREATE TABLE empty(id INTEGER PRIMARY KEY, other TEXT);
INSERT INTO kept VALUES (1, 'a');
