-- The same values from now on: nothing is lost, whichever of their types.
CREATE TABLE users(id INTEGER, a TEXT, up TEXT, n REAL);
INSERT INTO users VALUES (1, 'ab', 'AB', 2), (2, NULL, NULL, 4), (3, 'x', NULL, 6);
