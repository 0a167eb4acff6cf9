-- A full-text table is called otherwise in the document; its content is its own.
CREATE VIRTUAL TABLE note USING fts5(body);
INSERT INTO note VALUES ('Ada wrote this');
