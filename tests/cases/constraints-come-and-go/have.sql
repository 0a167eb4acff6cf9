CREATE TABLE owner (id INTEGER PRIMARY KEY);
CREATE TABLE pet (
  name TEXT CONSTRAINT named CHECK (name <> '') -- a comment
  , age INT CONSTRAINT aged NOT NULL ON CONFLICT IGNORE CHECK (age >= 0),
  weight REAL NOT NULL,
  owner INT CONSTRAINT owned REFERENCES owner (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  kind TEXT COLLATE NOCASE,
  CONSTRAINT light CHECK (weight < 100),
  CONSTRAINT "odd ""name" FOREIGN KEY (age) REFERENCES owner (id) MATCH FULL ON UPDATE CASCADE
);
CREATE INDEX pet_kind ON pet (kind);
CREATE VIEW old AS SELECT * FROM pet WHERE age > 10;
INSERT INTO owner VALUES (1), (2);
INSERT INTO pet (rowid, name, age, weight, owner, kind) VALUES
  (3, 'Rex', 1, 12.5, 1, 'dog'), (7, 'Tom', 2, 4, NULL, 'cat'), (9, NULL, 1, 0.1, 2, 'fish');
