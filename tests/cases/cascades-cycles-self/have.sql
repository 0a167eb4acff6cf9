-- Dropping a parent with foreign keys on deletes its children.  Here the
-- parent refers to itself, two tables refer to each other, and all are rebuilt.
CREATE TABLE folder(
  id INTEGER PRIMARY KEY,
  parent INTEGER REFERENCES folder(id) ON DELETE CASCADE,
  name TEXT);
CREATE TABLE file(
  id INTEGER PRIMARY KEY,
  folder INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE ON UPDATE CASCADE,
  name TEXT);
CREATE TABLE hen(id INTEGER PRIMARY KEY, egg INTEGER REFERENCES egg(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE egg(id INTEGER PRIMARY KEY, hen INTEGER REFERENCES hen(id) ON DELETE CASCADE);
INSERT INTO folder VALUES (1, NULL, '/'), (2, 1, 'etc'), (3, 2, 'ssl'), (4, 1, 'var');
INSERT INTO file VALUES (1, 2, 'passwd'), (2, 3, 'cert.pem'), (3, 4, 'log');
INSERT INTO hen VALUES (1, NULL), (2, NULL);
INSERT INTO egg VALUES (1, 1), (2, 1), (3, 2);
UPDATE hen SET egg = 3 WHERE id = 1;
