-- The old index is an ordinary table, which goes; the new one is filled with its rows.
CREATE TABLE old_index(id INTEGER PRIMARY KEY, words TEXT);
INSERT INTO old_index VALUES (3, 'some words');
