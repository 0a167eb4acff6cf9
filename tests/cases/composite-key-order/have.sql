-- The same columns in a key, in another order; a child refers to both.
CREATE TABLE k(a INTEGER, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE c(x INTEGER, y INTEGER, FOREIGN KEY (x, y) REFERENCES k(a, b));
INSERT INTO k VALUES (1, 2, 'v'), (2, 1, 'w'); INSERT INTO c VALUES (1, 2), (NULL, 9);
