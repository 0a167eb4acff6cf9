-- An index over rows that are there already; nothing fills it, and that is the document's affair.
CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO note VALUES (3, 'blue moon'), (8, 'red sun');
