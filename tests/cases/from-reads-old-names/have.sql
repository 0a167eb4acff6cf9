-- Names go round while the query reads: it is of the file, whatever becomes of that.
CREATE TABLE a(id INTEGER PRIMARY KEY, x TEXT, y TEXT);
CREATE TABLE b(id INTEGER PRIMARY KEY, x TEXT);
CREATE TABLE c(k TEXT PRIMARY KEY, z);
INSERT INTO a VALUES (1, 'ax', 'ay'), (2, 'ax2', 'ay2');
INSERT INTO b VALUES (1, 'bx'), (2, 'bx2');
INSERT INTO c VALUES ('ck', 1);
