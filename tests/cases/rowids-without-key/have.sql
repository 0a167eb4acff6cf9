-- Rows are known by a rowid that no column shows: a full-text index points at
-- it.  A copy that does not name the rowid numbers them anew.
CREATE TABLE note(title TEXT, body TEXT);
INSERT INTO note(rowid, title, body) VALUES
  (3, 'tide', 'the tide tables for march'),
  (10, 'knots', 'bowline and sheet bend'),
  (700, 'stars', 'vega is near the zenith'),
  (9000000000, 'far', 'a row with a rowid beyond 32 bits');
DELETE FROM note WHERE title = 'tide';
CREATE VIRTUAL TABLE note_find USING fts5(title, body, content='note');
INSERT INTO note_find(note_find) VALUES ('rebuild');
