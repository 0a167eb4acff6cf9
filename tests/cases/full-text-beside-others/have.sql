CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);
CREATE TABLE tag (name TEXT, weight INT);
INSERT INTO note VALUES (1, 'a snake sheds'), (2, 'its skin');
INSERT INTO tag VALUES ('x', 1), ('y', 2);
