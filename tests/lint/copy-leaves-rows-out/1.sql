PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, born TEXT);
INSERT INTO n (id, name, mail, born)
SELECT p.id, p.name, p.mail, p.born FROM person AS p
WHERE p.born IS NOT NULL;
DROP TABLE person;
ALTER TABLE n RENAME TO person;
COMMIT;
