PRAGMA foreign_keys = OFF;
BEGIN;
DROP VIEW guest;
ALTER TABLE person RENAME TO person_old;
CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE,
  mail TEXT UNIQUE,
  kind TEXT DEFAULT 'guest' CHECK (kind <> ''),
  born TEXT,
  note TEXT
);
INSERT INTO person (id, name, mail, kind, born)
SELECT id, name, mail, kind, born FROM person_old;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'person_old') WHERE name = 'person';
DROP TABLE person_old;
CREATE INDEX person_born ON person(born);
CREATE TRIGGER person_added AFTER INSERT ON person BEGIN SELECT 1; END;
CREATE VIEW guest AS SELECT name FROM person WHERE kind = 'guest';
COMMIT;
