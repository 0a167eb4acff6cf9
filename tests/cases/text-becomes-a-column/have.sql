-- "active" is a text as long as there is no such column.
CREATE TABLE z(i INTEGER PRIMARY KEY, a, g AS (a || "active"), CHECK (a <> "active"));
INSERT INTO z VALUES (1, 'x');
