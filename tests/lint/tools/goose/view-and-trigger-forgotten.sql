-- finds LN113 7
-- finds LN111 10
-- +goose NO TRANSACTION
-- +goose Up
PRAGMA foreign_keys = OFF;
BEGIN;
DROP VIEW shelf;
CREATE TABLE author_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, born INTEGER);
INSERT INTO author_new (id, name, mail) SELECT id, name, mail FROM author;
DROP TABLE author;
ALTER TABLE author_new RENAME TO author;
COMMIT;
PRAGMA foreign_keys = ON;
