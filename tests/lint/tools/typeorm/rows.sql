INSERT INTO author VALUES ('a', 'Ada', 'f');
INSERT INTO book VALUES (1, NULL, 3, 'a');
