-- a declared row that is neither as the document says nor as one before said
CREATE TABLE country (code TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO country VALUES ('CH', 'Helvetia'), ('FR', 'France');
