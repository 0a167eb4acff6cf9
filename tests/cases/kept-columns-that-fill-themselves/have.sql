-- Kept columns with which an INSERT by the document succeeds, whatever stands at them.
CREATE TABLE p(code TEXT PRIMARY KEY);
INSERT INTO p VALUES ('m');
CREATE TABLE s(v REAL, id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT '', b TEXT, c TEXT CHECK (c <> ''),
  d TEXT DEFAULT 'm' REFERENCES p, e TEXT REFERENCES p, f REAL CHECK (f > v), g TEXT AS (a || 'x') NOT NULL,
  h TEXT DEFAULT 'x', n INT NOT NULL DEFAULT CURRENT_TIMESTAMP, CHECK (id > 0));
CREATE UNIQUE INDEX s_b ON s(b);
CREATE UNIQUE INDEX s_h ON s(h) WHERE b IS NOT NULL;
CREATE UNIQUE INDEX s_hv ON s(h, v);
INSERT INTO s(v, id, b, c) VALUES (0.5, 1, 'm', 'c');
