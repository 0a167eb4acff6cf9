-- A key with a name, of two columns, on a table that had none.
CREATE TABLE nopk(a INTEGER, b INTEGER, c INTEGER);
INSERT INTO nopk VALUES (1, 2, 3), (2, 4, 5);
