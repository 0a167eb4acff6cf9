-- The step folds mails, and leaves two that are the same.
CREATE TABLE person(id INTEGER PRIMARY KEY, mail TEXT);
INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'Ada@example.org');
