-- The new table has a column more; that the trigger of the old one goes over tells that it is the same.
CREATE TABLE project(id INTEGER PRIMARY KEY, title TEXT);
CREATE TRIGGER project_made AFTER INSERT ON project BEGIN SELECT 1; END;
INSERT INTO project VALUES (1, 'Ada');
