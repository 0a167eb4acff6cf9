-- Both requirements hold; the one before speaks of a table that goes, in the names of the file.
CREATE TABLE people(id INTEGER PRIMARY KEY, mail TEXT);
INSERT INTO people VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
CREATE TABLE legacy(id INTEGER PRIMARY KEY, mail TEXT);
INSERT INTO legacy VALUES (7, 'bob@example.org');
