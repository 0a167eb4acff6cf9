-- An index keeps its name and goes to another table.
CREATE TABLE a(x);
CREATE TABLE b(x);
CREATE INDEX i ON a(x);
INSERT INTO a VALUES (1); INSERT INTO b VALUES (2), (2);
