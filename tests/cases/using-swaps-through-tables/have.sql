-- Two tables read each other, and both see what was.
CREATE TABLE a(id INTEGER PRIMARY KEY, v INT);
CREATE TABLE b(id INTEGER PRIMARY KEY, v INT);
INSERT INTO a VALUES (1, 10), (2, 20);
INSERT INTO b VALUES (1, 30), (2, 40);
