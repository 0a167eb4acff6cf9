-- A text key of digits becomes an AUTOINCREMENT one.
CREATE TABLE unit(id varchar(20) NOT NULL PRIMARY KEY, name varchar(20));
INSERT INTO unit VALUES ('12', 'm'), ('7', 's');
