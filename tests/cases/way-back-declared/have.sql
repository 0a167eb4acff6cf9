-- back and back="none" say how to get back; they are kept in a document, and are no difference.
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, age TEXT);
INSERT INTO person VALUES(1, 'Ada Lovelace', '36');
