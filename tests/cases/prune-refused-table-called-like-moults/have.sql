-- A name with _moult_ in it is nobody's secret: its rows are in the way like others'.
CREATE TABLE t(id INTEGER PRIMARY KEY);
CREATE TABLE my_moult_log(x);
INSERT INTO my_moult_log VALUES ('kept');
