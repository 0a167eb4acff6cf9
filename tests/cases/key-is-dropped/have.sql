-- Without its primary key the table still has its rowids.
CREATE TABLE dogs(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO dogs VALUES (7, 'Cleo'), (5, NULL);
