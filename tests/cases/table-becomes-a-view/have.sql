-- A table goes, and a view of its name comes; and the reverse.
CREATE TABLE base(id INTEGER PRIMARY KEY, n);
CREATE TABLE old(id INTEGER, n);
CREATE VIEW seen AS SELECT n FROM base;
CREATE TABLE log(n);
CREATE TRIGGER at AFTER INSERT ON base BEGIN INSERT INTO log SELECT n FROM seen; END;
INSERT INTO base VALUES (1, 'x');
