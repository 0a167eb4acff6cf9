-- What SQLite can add by itself needs no copy.
CREATE TABLE lamp(id INTEGER PRIMARY KEY, watt INTEGER);
INSERT INTO lamp VALUES (1, 40), (2, 60);
CREATE VIEW bright AS SELECT id FROM lamp WHERE watt > 50;
