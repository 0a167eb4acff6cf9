CREATE TABLE mail(id INTEGER PRIMARY KEY, address TEXT);
INSERT INTO mail VALUES (1, 'a@x'), (2, 'A@X');
