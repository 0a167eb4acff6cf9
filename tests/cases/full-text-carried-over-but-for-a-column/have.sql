-- A column with content goes.
CREATE VIRTUAL TABLE idx USING fts5(title, words);
INSERT INTO idx VALUES ('a', 'b');
