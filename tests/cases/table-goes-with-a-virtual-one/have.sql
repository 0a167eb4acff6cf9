-- FTS3 drops log_stat and log_docsize with log, though it made neither.
CREATE VIRTUAL TABLE log USING fts3(body);
INSERT INTO log VALUES ('some text');
CREATE TABLE log_stat(day TEXT, hits INT);
INSERT INTO log_stat VALUES ('monday', 5);
CREATE VIRTUAL TABLE sum USING fts4(body, matchinfo=fts3);
CREATE TABLE sum_docsize(docid INTEGER PRIMARY KEY, size TEXT);
INSERT INTO sum_docsize VALUES (1, 'large');
