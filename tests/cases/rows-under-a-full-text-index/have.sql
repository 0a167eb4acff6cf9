-- Rows that a document declares are found by the full-text table that has no trigger for them.
CREATE TABLE "ga ß" (code TEXT NOT NULL PRIMARY KEY, name TEXT);
INSERT INTO "ga ß" VALUES ('a', 'apple'), ('b', 'beech'), ('mine', 'cherry');
CREATE VIRTUAL TABLE find USING fts5(name, content='ga ß');
INSERT INTO find(find) VALUES ('rebuild');
CREATE VIEW seen AS SELECT rowid AS rowid, name FROM "ga ß";
CREATE VIRTUAL TABLE found USING fts4(name, content="seen");
INSERT INTO found(found) VALUES ('rebuild');
