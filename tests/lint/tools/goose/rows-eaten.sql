-- finds LN125 8
-- +goose NO TRANSACTION
-- +goose Up
PRAGMA foreign_keys = OFF;
BEGIN;
DROP VIEW shelf;
CREATE TABLE author_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, mail TEXT);
INSERT OR IGNORE INTO author_new (id, name, mail) SELECT id, name, mail FROM author;
DROP TABLE author;
ALTER TABLE author_new RENAME TO author;
CREATE TRIGGER author_gone BEFORE DELETE ON author BEGIN DELETE FROM book WHERE author_id = old.id; END;
CREATE VIEW shelf AS SELECT b.title, a.name FROM book b JOIN author a ON a.id = b.author_id;
COMMIT;
PRAGMA foreign_keys = ON;
