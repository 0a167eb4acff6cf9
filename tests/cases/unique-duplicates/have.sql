CREATE TABLE mail(id INTEGER PRIMARY KEY, address TEXT);
INSERT INTO mail VALUES (1, 'a@x'), (2, 'b@x'), (3, 'a@x'), (4, NULL), (5, NULL);
