-- mail is gone and email is new, of the same type.
CREATE TABLE t(id INTEGER PRIMARY KEY, mail TEXT);
INSERT INTO t VALUES (1, 'a@x');
