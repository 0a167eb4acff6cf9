-- A row is in the way, or is not, with the values that its columns make of it.
CREATE TABLE item(id INTEGER PRIMARY KEY, stock TEXT, low INT, x DOUBLE, size INT);
INSERT INTO item VALUES (1, '10', 7, 2.0, 12), (2, '3', 9, 2.5, 100), (3, 'ten', 8, 3.0, 9), (4, ' 7 ', 5, 1.0, 3), (5, NULL, 4, 1.0, 2);
