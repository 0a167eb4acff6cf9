-- The key itself goes; who the rows are is not told by it any more.
CREATE TABLE foo(id INTEGER NOT NULL, data VARCHAR(50), x INTEGER, PRIMARY KEY (id));
INSERT INTO foo VALUES (1, 'd1', 5), (20, '22', 6);
