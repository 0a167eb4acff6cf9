INSERT INTO app_author VALUES ('a', 'Ada', 30);
INSERT INTO app_book VALUES (1, NULL, 'a'), (2, 'More', 'a');
