CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT AS (b || "suffix") STORED);
CREATE INDEX said ON t (b || "label");
CREATE INDEX partly ON t (b) WHERE b <> "mark";
INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y');
