-- Two foreign keys go; the third, and all values, stay.
CREATE TABLE country(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE continent(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE city(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE places(id INTEGER, country INTEGER REFERENCES country(id), continent INTEGER REFERENCES continent(id), city INTEGER REFERENCES city(id));
INSERT INTO country VALUES (1, 'France'); INSERT INTO continent VALUES (2, 'Europe'); INSERT INTO city VALUES (24, 'Paris');
INSERT INTO places VALUES (32, 1, 2, 24);
