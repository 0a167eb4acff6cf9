-- A key to a table that comes later, or never: nobody is its parent.
CREATE TABLE a(id INTEGER PRIMARY KEY, b INTEGER REFERENCES later(id), note TEXT);
INSERT INTO a VALUES (1, NULL, 'x'), (2, 5, 'y');
