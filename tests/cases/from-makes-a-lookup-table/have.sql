-- Repeated text becomes a table, and its key stands in its place.
CREATE TABLE track(id INTEGER PRIMARY KEY, title TEXT, genre TEXT);
INSERT INTO track VALUES (1, 'So What', 'jazz'), (2, 'Paranoid', 'metal'), (3, 'Blue in Green', 'jazz'), (4, 'Silence', NULL),
 (5, 'Take Five', 'Jazz');
