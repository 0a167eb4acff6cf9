-- A text key becomes case-blind, and the columns that refer to it.
CREATE TABLE album(id varchar(255) PRIMARY KEY, title text);
CREATE TABLE song(id integer PRIMARY KEY, album_id varchar(255) REFERENCES album(id));
INSERT INTO album VALUES ('A', 'x'), ('b', 'y'); INSERT INTO song VALUES (1, 'A');
