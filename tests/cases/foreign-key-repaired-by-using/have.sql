-- A foreign key is new: rows without a parent are given one that the same plan keeps.
CREATE TABLE p(id INTEGER PRIMARY KEY);
CREATE TABLE c(id INTEGER PRIMARY KEY, p INT);
INSERT INTO p VALUES (0), (1);
INSERT INTO c VALUES (1, 1), (2, 5), (3, NULL);
