-- Others refer to a key by a name that it loses.
CREATE TABLE dogs(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE walks(dog INTEGER REFERENCES dogs(id) ON DELETE CASCADE, at TEXT);
INSERT INTO dogs VALUES (1, 'Cleo');
INSERT INTO walks VALUES (1, 'noon');
