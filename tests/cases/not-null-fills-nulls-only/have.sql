-- The expression once turned euros into cents, and must not do it again.
CREATE TABLE price(id INTEGER PRIMARY KEY, cents INTEGER, note TEXT);
INSERT INTO price VALUES (1, 250, NULL), (2, 0, 'x'), (3, NULL, '');
