INSERT INTO Author VALUES (1, 'Ada', NULL), (2, 'Bob', 'b@x');
INSERT INTO Book VALUES (1, 'Notes', NULL, 3, 1), (2, 'More', 9, 4, 1);
