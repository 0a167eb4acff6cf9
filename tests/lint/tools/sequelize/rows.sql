INSERT INTO Authors VALUES (1, 'Ada', 'guest');
INSERT INTO Books VALUES (1, 'Notes', 1);
