-- An index over rows that are there already is filled with them; one over a view too.
CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO note VALUES (3, 'blue moon'), (8, 'red sun');
CREATE VIEW loud AS SELECT id, upper(body) AS body FROM note;
