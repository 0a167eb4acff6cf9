-- Types by which SQLite stores, reads and sorts each value as before: the text is edited, whatever is in the columns.
CREATE TABLE t(id INTEGER PRIMARY KEY, whole INTEGER, amount NUMERIC, code TEXT, size INT, name VARCHAR(20) COLLATE NOCASE,
  bytes DECIMAL UNIQUE, CHECK (whole IS NOT 7));
INSERT INTO t VALUES (1, 5, 5.0, '5', 5, 'a', 5), (2, 1.5, '1.5', 1.5, '1.5', 'B', '1.5'), (3, 'x', x'00', x'00', NULL, '7', 'x'),
  (4, 1e300, 9223372036854775807, '1e3', 9007199254740993, 1e3, 1e3), (5, NULL, NULL, NULL, NULL, NULL, NULL), (6, x'05', '5x', '05', 'z', x'41', NULL);
CREATE INDEX t_whole ON t(whole, code);
CREATE INDEX t_amount ON t(amount DESC) WHERE whole > 1;
CREATE UNIQUE INDEX t_code ON t(code);
CREATE INDEX t_name ON t(name, size);
CREATE TABLE pair(a TEXT, b INTEGER, PRIMARY KEY(a, b)) WITHOUT ROWID;
INSERT INTO pair VALUES ('1', 1), (2, '2'), ('x', 'x'), (x'00', 1.5);
CREATE TABLE typed(a INT, b TEXT, c REAL) STRICT;
INSERT INTO typed VALUES (1, '1', 1), (NULL, NULL, NULL);
