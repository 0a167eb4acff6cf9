-- What the document says goodbye to goes, with its rows; nothing else does.
CREATE TABLE app(id INTEGER PRIMARY KEY, secret TEXT, name TEXT);
CREATE INDEX app_name ON app(name);
CREATE INDEX app_secret ON app(secret);
CREATE TRIGGER app_log AFTER INSERT ON app BEGIN SELECT 1; END;
CREATE TABLE legacy(a, b);
CREATE VIEW old_view AS SELECT a FROM legacy;
CREATE TABLE other(x);
INSERT INTO app VALUES (1, 'hush', 'one');
INSERT INTO legacy VALUES (1, 2);
INSERT INTO other VALUES (1), (2);
