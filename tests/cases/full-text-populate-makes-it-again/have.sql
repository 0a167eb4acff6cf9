-- What fills it gives the rows that it has, of itself or of another table; so nothing is lost.
CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT, tags TEXT);
INSERT INTO note VALUES (1, 'a snake sheds', 'x'), (4, 'its skin', NULL);
CREATE VIRTUAL TABLE find USING fts5(tags, body);
INSERT INTO find(rowid, body, tags) SELECT id, body, tags FROM note;
CREATE VIRTUAL TABLE again USING fts5(a, b);
INSERT INTO again VALUES ('one', 1), ('two', 2);
CREATE VIRTUAL TABLE outside USING fts5(body);
INSERT INTO outside(rowid, body) SELECT id, body FROM note;
CREATE VIRTUAL TABLE place USING rtree(id, x0, x1);
INSERT INTO place VALUES (1, 2, 3);
