-- One column is two keys of one parent; the orphans of each are counted apart.
CREATE TABLE parent(id INTEGER PRIMARY KEY, code TEXT UNIQUE);
CREATE TABLE child(
  id INTEGER PRIMARY KEY,
  parent INT DEFAULT 1,
  FOREIGN KEY (parent) REFERENCES parent(code),
  FOREIGN KEY (parent) REFERENCES parent
);
INSERT INTO parent VALUES (1, 'a'), (2, '1');
INSERT INTO child VALUES (1, 1), (2, 2), (3, 98), (4, 99);
