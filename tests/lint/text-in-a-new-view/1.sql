CREATE VIEW named AS SELECT "nmae" FROM person;
