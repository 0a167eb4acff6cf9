-- Of people with one mail the first stays, and what belongs to the others goes to it.
CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT);
INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'Ada@example.org'), (3, 'bob@example.org'), (4, NULL);
CREATE TABLE letter(id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person(id), text TEXT);
INSERT INTO letter VALUES (1, 2, 'a'), (2, 3, 'b'), (3, 1, 'c');
CREATE TABLE other(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
INSERT INTO other VALUES (7, 'stays');
