-- An undeclared view has the name of an index that is declared.
CREATE TABLE t(id INTEGER PRIMARY KEY, at TEXT);
CREATE VIEW recent AS SELECT * FROM t;
