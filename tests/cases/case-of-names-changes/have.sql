-- Names get another case: a table by way of a third name, since SQLite takes both for one.
CREATE TABLE userProfile(id INTEGER PRIMARY KEY AUTOINCREMENT, fullName TEXT, more TEXT);
CREATE TABLE kid(p INTEGER REFERENCES userProfile(id));
CREATE INDEX ix ON userProfile(fullName);
CREATE INDEX kept ON userProfile(more, fullName);
CREATE VIEW v1 AS SELECT fullName FROM userProfile;
CREATE VIEW v2 AS SELECT fullName FROM v1;
CREATE TRIGGER tr AFTER INSERT ON userProfile BEGIN SELECT fullName FROM userProfile; END;
INSERT INTO userProfile VALUES (7, 'Ada', 'x');
INSERT INTO kid VALUES (7);
