INSERT INTO author VALUES (1, 'Ada', NULL, 'guest', 1815), (2, 'Bob', 'b@x', 'guest', 1900);
INSERT INTO book (id, title, price, isbn, author_id) VALUES ('a', 'Notes', 3, NULL, 1), ('b', 'More', 4, 'i', 1);
