-- The same where two rows are one.
CREATE TABLE author(id integer PRIMARY KEY, name varchar(255) NOT NULL, height integer);
INSERT INTO author VALUES (1, 'Ada', 1), (2, 'ada', 1);
