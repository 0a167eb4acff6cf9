CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  mail TEXT,
  born TEXT
);
CREATE TABLE visit (
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person,
  at TEXT
) STRICT;
CREATE TABLE word (text TEXT PRIMARY KEY, count INT);
INSERT INTO person VALUES (1, 'Ada', 'ada@example.org', NULL);
INSERT INTO visit VALUES (1, 1, '2024-01-01');
