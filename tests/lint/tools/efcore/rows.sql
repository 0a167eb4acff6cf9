INSERT INTO Authors VALUES ('a', NULL, 3);
INSERT INTO Books VALUES (1, 'Notes', 'a');
