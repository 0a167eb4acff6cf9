-- title is name in the document, which does not say was: the values would stay in an undeclared column.
CREATE TABLE t(id INTEGER PRIMARY KEY, title TEXT, note TEXT);
INSERT INTO t VALUES (1, 'Ada', NULL), (2, NULL, 'x');
