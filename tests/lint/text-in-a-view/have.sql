CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE,
  mail TEXT UNIQUE,
  kind TEXT DEFAULT 'guest' CHECK (kind <> ''),
  born TEXT
);
CREATE TABLE visit (
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE
);
CREATE INDEX visit_person ON visit(person);
CREATE INDEX person_born ON person(born);
CREATE TRIGGER person_added AFTER INSERT ON person BEGIN SELECT 1; END;
CREATE VIEW guest AS SELECT name FROM person WHERE kind = 'guest';
CREATE TABLE word (text TEXT PRIMARY KEY, count INT);
