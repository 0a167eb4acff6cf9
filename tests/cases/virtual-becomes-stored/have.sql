-- The same expression, stored.
CREATE TABLE users(id INTEGER PRIMARY KEY, up TEXT AS ('x' || id) VIRTUAL);
CREATE INDEX by_up ON users(up);
INSERT INTO users VALUES (1), (2);
