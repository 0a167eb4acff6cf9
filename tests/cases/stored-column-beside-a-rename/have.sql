-- A stored generated column comes, and the only other column is renamed.
CREATE TABLE users(id INTEGER);
INSERT INTO users VALUES (1), (NULL);
