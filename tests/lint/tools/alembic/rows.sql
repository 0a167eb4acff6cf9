INSERT INTO alembic_version VALUES ('a1');
INSERT INTO author VALUES (1, 'Ada', 'guest', 'f');
INSERT INTO book VALUES (1, NULL, 3, 1), (2, 'More', 4, 1);
