-- Django adds a column with a DEFAULT and takes the DEFAULT away; the rows must keep what they read.
CREATE TABLE author(id integer NOT NULL PRIMARY KEY AUTOINCREMENT, name varchar(255) NOT NULL);
INSERT INTO author(name) VALUES ('Ada'), ('Grace');
DELETE FROM author WHERE id = 2;
ALTER TABLE author ADD COLUMN height integer unsigned NOT NULL DEFAULT 42 CHECK (height >= 0);
