INSERT INTO authors VALUES (1, 'Ada', 'f');
INSERT INTO books VALUES (1, NULL, 1);
