-- Rows from before ADD COLUMN hold no value for it and read the default that
-- the table has now.  They must go on reading the one they had.
CREATE TABLE member(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO member VALUES (1, 'a'), (2, 'b');
ALTER TABLE member ADD COLUMN level INTEGER NOT NULL DEFAULT 1;
ALTER TABLE member ADD COLUMN region TEXT DEFAULT 'north';
INSERT INTO member VALUES (3, 'c', 3, 'south');
