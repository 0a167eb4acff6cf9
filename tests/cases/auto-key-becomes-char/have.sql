-- An AUTOINCREMENT key becomes text; its mark has nothing to mark any more.
CREATE TABLE unit(id integer NOT NULL PRIMARY KEY AUTOINCREMENT, name varchar(20));
CREATE TABLE other(id integer NOT NULL PRIMARY KEY AUTOINCREMENT);
INSERT INTO unit VALUES (5, 'm'); INSERT INTO other VALUES (8);
