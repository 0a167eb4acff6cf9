-- What a populate reads is the file as it was, also by WITH.
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT);
INSERT INTO t VALUES (1, 'olda', 'oldb');
