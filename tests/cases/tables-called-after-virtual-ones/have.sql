-- Tables and views whose names begin like those of virtual tables, or end like those that one keeps
-- its content in, are the application's; those that a module makes are not.
CREATE VIRTUAL TABLE msg USING fts5(body, columnsize=0);
INSERT INTO msg VALUES ('some text');
CREATE TABLE msg_info(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO msg_info VALUES (1, '7');
CREATE TABLE msg_docsize(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO msg_docsize VALUES (1, '8');
CREATE VIEW msg_view AS SELECT a FROM msg_info;
CREATE TABLE note_content(id INTEGER PRIMARY KEY, body TEXT, x TEXT);
INSERT INTO note_content VALUES (3, 'a jumping dog', '1');
CREATE VIRTUAL TABLE note USING fts5(body, content='note_content', content_rowid='id');
INSERT INTO note(note) VALUES ('rebuild');
CREATE VIRTUAL TABLE log USING fts3(body);
CREATE TABLE log_stat(day TEXT, hits TEXT);
INSERT INTO log_stat VALUES ('monday', '5');
CREATE VIRTUAL TABLE old USING fts3(body);
CREATE TABLE old_stat(day TEXT);
CREATE TABLE old_docsize(day TEXT);
INSERT INTO old_docsize VALUES ('kept');
CREATE VIRTUAL TABLE box USING rtree(id, x0, x1);
CREATE TABLE box_rows(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO box_rows VALUES (1, '9');
CREATE VIRTUAL TABLE late USING fts3(body);
INSERT INTO late(late) VALUES ('automerge=4');
