-- A tree whose table, key and parent column are renamed at once.
CREATE TABLE tname(id INTEGER NOT NULL, parent INTEGER, PRIMARY KEY (id), FOREIGN KEY (parent) REFERENCES tname(id) ON DELETE CASCADE);
INSERT INTO tname VALUES (1, NULL), (2, 1), (3, 2);
