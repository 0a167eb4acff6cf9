CREATE TABLE app(id INTEGER PRIMARY KEY, nick TEXT, age INTEGER);
CREATE TABLE stranger(x);
CREATE TABLE empty_stranger(x);
CREATE INDEX stranger_x ON stranger(x);
CREATE TABLE android_metadata(locale TEXT);
INSERT INTO android_metadata VALUES ('de_AT');
INSERT INTO app VALUES (1, 'x', 5);
INSERT INTO stranger VALUES (1);
