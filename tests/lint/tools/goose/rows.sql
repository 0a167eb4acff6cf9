INSERT INTO author VALUES (1, 'Ada', NULL);
INSERT INTO book VALUES (1, 'Notes', 1);
