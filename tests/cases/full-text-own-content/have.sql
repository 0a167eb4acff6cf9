-- Its content is nowhere else, and nothing says how to fill it again.
CREATE VIRTUAL TABLE own USING fts5(text);
INSERT INTO own VALUES ('kept');
