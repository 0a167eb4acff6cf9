CREATE VIEW named AS SELECT nmae, "nmae" FROM (SELECT name AS nmae FROM person);
