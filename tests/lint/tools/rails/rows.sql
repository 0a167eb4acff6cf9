INSERT INTO authors VALUES (1, 'Ada', 'guest', 1815);
INSERT INTO books VALUES ('a', NULL, 1), ('b', 'More', 1);
INSERT INTO plans VALUES (1, NULL, 2);
INSERT INTO seats VALUES (1, 1);
