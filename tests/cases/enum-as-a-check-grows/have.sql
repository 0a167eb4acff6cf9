-- A list of words in a CHECK gets another word; one loses a word that no row has.
CREATE TABLE u(id INTEGER PRIMARY KEY, role varchar CHECK( "role" IN ('admin','editor') ) NOT NULL DEFAULT ('editor'), mood text CHECK (mood IN ('a', 'b', 'c')));
INSERT INTO u VALUES (1, 'admin', 'a'), (2, 'editor', NULL);
