-- What the expression makes of a row is not what the document requires.
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO person VALUES (1, 'Ada Lovelace'), (2, 'Bob');
