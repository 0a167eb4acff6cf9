-- The step deletes a parent, and nothing acts on its children.
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO person VALUES (1, 'Ada'), (2, 'Bob');
CREATE TABLE letter(id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person(id) ON DELETE CASCADE);
INSERT INTO letter VALUES (1, 2);
