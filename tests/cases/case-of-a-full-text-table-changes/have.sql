-- A full-text table gets another case, with all that it keeps its content in.
CREATE VIRTUAL TABLE idx USING fts5(words);
CREATE VIEW v AS SELECT words FROM idx;
INSERT INTO idx VALUES ('hello there'), ('good bye');
