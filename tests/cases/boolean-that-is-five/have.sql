-- Without its CHECK a boolean may be 5, and is so after the rename.
CREATE TABLE bar(id INTEGER NOT NULL, flag BOOLEAN, PRIMARY KEY (id));
INSERT INTO bar VALUES (1, 1), (3, 5);
