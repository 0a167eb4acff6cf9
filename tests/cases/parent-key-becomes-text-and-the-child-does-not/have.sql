-- Parent and child key of different types still match as SQLite compares them: by the affinity of the parent.
CREATE TABLE a(id INTEGER PRIMARY KEY);
CREATE TABLE b(a INTEGER REFERENCES a(id));
INSERT INTO a VALUES (1), (10); INSERT INTO b VALUES (10), (NULL);
