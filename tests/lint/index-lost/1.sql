PRAGMA foreign_keys = OFF;
BEGIN;
DROP VIEW guest;
CREATE TABLE person_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE,
  mail TEXT UNIQUE,
  kind TEXT DEFAULT 'guest' CHECK (kind <> ''),
  born TEXT,
  note TEXT
);
INSERT INTO person_new (id, name, mail, kind, born)
SELECT id, name, mail, kind, born FROM person;
DELETE FROM sqlite_sequence WHERE name = 'person_new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'person_new', seq FROM sqlite_sequence WHERE name = 'person';
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;
CREATE TRIGGER person_added AFTER INSERT ON person BEGIN SELECT 1; END;
CREATE VIEW guest AS SELECT name FROM person WHERE kind = 'guest';
COMMIT;
PRAGMA foreign_keys = ON;
