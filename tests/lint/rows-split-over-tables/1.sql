BEGIN;
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO names (id, name) SELECT id, name FROM person;
CREATE TABLE mails (id INTEGER PRIMARY KEY, mail TEXT);
INSERT INTO mails (id, mail) SELECT id, mail FROM person;
DROP TABLE person;
COMMIT;
