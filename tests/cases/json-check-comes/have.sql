-- JSON_VALID over rows of which one is no JSON.
CREATE TABLE j(id integer PRIMARY KEY, doc text NOT NULL);
INSERT INTO j VALUES (1, '{}'), (2, '{');
