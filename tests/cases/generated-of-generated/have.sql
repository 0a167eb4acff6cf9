-- Generated columns that read each other, and not in the order they stand in:
-- what the rows will be must be foretold all the same.
CREATE TABLE box(id INTEGER PRIMARY KEY, w INTEGER, h INTEGER);
INSERT INTO box VALUES (1, 2, 3), (2, 4, 5), (3, NULL, 7);
