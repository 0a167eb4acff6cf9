-- RETURNING changes nothing about what is filled.
CREATE TABLE n(id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO n VALUES (1, 'one'), (2, 'two');
