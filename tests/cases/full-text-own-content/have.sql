-- Another tokenizer: the table is made anew, and takes along what is nowhere else.
CREATE VIRTUAL TABLE own USING fts5(text);
INSERT INTO own(rowid, text) VALUES (3, 'kept words');
