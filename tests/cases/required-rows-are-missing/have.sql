-- Two people have no mail, and the document requires one of everybody.
CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT);
INSERT INTO person VALUES (1, 'ada@example.org'), (2, NULL), (3, NULL);
