-- declared rows: some are there as declared, some are not there, and others are nobody's business
CREATE TABLE country (code TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, name TEXT NOT NULL, n INTEGER DEFAULT 7);
CREATE TABLE town (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, country TEXT REFERENCES country);
CREATE INDEX town_country ON town (country);
INSERT INTO country VALUES ('CH', 'Switzerland', 9), ('FR', 'France', 68);
INSERT INTO town VALUES (3, 'Bern', 'CH'), (90, 'Paris', 'FR');
DELETE FROM town WHERE id = 90;
