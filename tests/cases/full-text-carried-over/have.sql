-- An FTS4 table becomes FTS5 under its own name, with one column more, and takes its content along.
CREATE VIRTUAL TABLE idx USING fts4(title, words, tokenize=porter);
INSERT INTO idx(docid, title, words) VALUES (7, 'a', 'running'), (9, NULL, '5');
