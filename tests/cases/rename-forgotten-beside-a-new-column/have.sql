CREATE TABLE project(id INTEGER PRIMARY KEY, title TEXT, owner TEXT);
INSERT INTO project VALUES (1, 'a', 'b');
