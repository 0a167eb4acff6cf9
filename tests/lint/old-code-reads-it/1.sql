PRAGMA foreign_keys = OFF;
BEGIN;
ALTER TABLE word RENAME TO term;
ALTER TABLE visit RENAME COLUMN at TO day;
CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, birth TEXT, kind TEXT NOT NULL);
INSERT INTO n (id, name, mail, birth, kind) SELECT id, name, mail, born, 'guest' FROM person;
DROP TABLE person;
ALTER TABLE n RENAME TO person;
COMMIT;
