-- A column that comes takes a name in a subquery of a view, and one takes the name of the rowid.
CREATE TABLE a(id INTEGER PRIMARY KEY, ref INT);
CREATE TABLE b(id INTEGER PRIMARY KEY, y TEXT);
CREATE VIEW used AS SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = ref);
CREATE TRIGGER keyed AFTER INSERT ON b BEGIN UPDATE a SET ref = new.rowid; END;
INSERT INTO a VALUES (1, 2);
INSERT INTO b VALUES (2, 'y');
