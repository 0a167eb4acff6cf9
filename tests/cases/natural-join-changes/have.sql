-- Both tables of a NATURAL JOIN get a column of one name: the view compares it too, and finds fewer rows.
CREATE TABLE a(id INTEGER PRIMARY KEY, x TEXT);
CREATE TABLE b(id INTEGER PRIMARY KEY, y TEXT);
CREATE VIEW both AS SELECT x, y FROM a NATURAL JOIN b;
INSERT INTO a VALUES (1, 'x');
INSERT INTO b VALUES (1, 'y');
