-- No row is an orphan, and no statement could write the child any more.
CREATE TABLE p(x TEXT PRIMARY KEY);
CREATE TABLE a(id INTEGER PRIMARY KEY, b TEXT REFERENCES p(x));
INSERT INTO p VALUES (1);
