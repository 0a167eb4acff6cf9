-- A table is renamed, and another one takes the name at once.
CREATE TABLE users1(id INTEGER);
INSERT INTO users1 VALUES (1);
