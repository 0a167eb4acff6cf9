-- A file with a trigger that can never fire: its document makes it again, with a warning.
CREATE TABLE t(id INTEGER PRIMARY KEY, a);
CREATE TRIGGER never AFTER UPDATE OF gone ON t BEGIN DELETE FROM t; END;
