-- The same where a row has the word.
CREATE TABLE u(id INTEGER PRIMARY KEY, role varchar CHECK( "role" IN ('admin','editor') ) NOT NULL);
INSERT INTO u VALUES (1, 'admin'), (2, 'editor');
