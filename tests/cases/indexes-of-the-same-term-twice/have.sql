-- One term twice in an index, alone and in parentheses.
CREATE TABLE users(id INTEGER PRIMARY KEY, email TEXT);
INSERT INTO users VALUES (1, 'A'), (2, 'b');
