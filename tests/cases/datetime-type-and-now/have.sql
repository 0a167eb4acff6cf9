-- DATETIME has NUMERIC affinity: texts of dates stay texts, and years become numbers.
CREATE TABLE e(id INTEGER PRIMARY KEY, at TEXT);
INSERT INTO e VALUES (1, '2024-01-01 00:00:00'), (2, '2024-01-01T00:00:00.000Z');
