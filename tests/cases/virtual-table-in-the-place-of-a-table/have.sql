-- A full-text table takes the name of a table that goes, and the names of two others for its content.
CREATE TABLE src(a TEXT, id INTEGER PRIMARY KEY);
INSERT INTO src VALUES('one', 1);
CREATE TABLE f(x);
INSERT INTO f VALUES(1);
CREATE TABLE f_data(x);
INSERT INTO f_data VALUES(4);
CREATE TABLE f_idx(y);
CREATE VIRTUAL TABLE a USING rtree_i32(id, minX, maxX);
