-- Names that differ in case only are the same name to SQLite; the document may spell it anew.
CREATE TABLE UserProfile(userId INTEGER PRIMARY KEY, createdAt TEXT);
CREATE INDEX IDX_A ON UserProfile(CREATEDAT);
INSERT INTO UserProfile VALUES (1, 'x');
