-- Values that were computed are kept as they were last.
CREATE TABLE users(id INTEGER, up TEXT AS ('x' || id));
INSERT INTO users VALUES (1), (2);
