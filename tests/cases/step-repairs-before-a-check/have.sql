-- Words that the new CHECK does not know are brought to those it knows.
CREATE TABLE invoice(id INTEGER PRIMARY KEY, state TEXT);
INSERT INTO invoice VALUES (1, 'Paid'), (2, 'open'), (3, 'OPEN'), (4, 'cancelled'), (5, NULL);
