CREATE VIRTUAL TABLE log USING fts3(body);
CREATE TABLE log_stat(day TEXT, hits INT);
CREATE VIRTUAL TABLE msg USING fts5(body);
CREATE TABLE msg_stat(day TEXT, hits INT);
