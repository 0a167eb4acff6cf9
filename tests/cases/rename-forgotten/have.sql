-- project is projects in the document, which does not say was: the rows would stay behind, unseen.
CREATE TABLE project(id INTEGER PRIMARY KEY, title TEXT);
CREATE INDEX project_title ON project(title);
INSERT INTO project VALUES (1, 'Ada'), (2, 'Bob');
