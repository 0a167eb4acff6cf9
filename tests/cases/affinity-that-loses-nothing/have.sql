-- Texts that spell a number as SQLite spells it come back from it, and reals from their texts.
CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT, r TEXT, s TEXT, t REAL);
INSERT INTO t VALUES (1, '12', '1.5', 'x', 5.1), (2, '-7', '0.1', NULL, -0.0), (3, NULL, NULL, '', 1234567.8901),
  (4, '0', '-0.0005', '', 0.12345), (5, '9', '123456789.123456', '', 99999.99999), (6, '1', '1.0e-05', '', 1e-7), (7, '1', '12345678.0', '', 1e300);
