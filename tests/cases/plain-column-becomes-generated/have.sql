-- Values that were stored are computed from now on: what they were is lost, and said.
CREATE TABLE users(id INTEGER, gen_name TEXT);
INSERT INTO users VALUES (1, 'own');
