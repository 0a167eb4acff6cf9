-- The index looks its words up in note from now on, where one that it has is not.
CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO note VALUES (1, 'a snake sheds');
CREATE VIRTUAL TABLE find USING fts5(body);
INSERT INTO find VALUES ('a snake sheds'), ('its skin');
