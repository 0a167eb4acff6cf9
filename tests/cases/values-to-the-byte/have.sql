-- Values that a copy may bend: zero with a sign, integers beyond 2^53, text in
-- an INTEGER column, zero bytes in text, BLOBs that look like text, infinity.
CREATE TABLE zoo(id INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB, n NUMERIC, u);
INSERT INTO zoo VALUES
  (1, 9007199254740993, -0.0, CAST(x'610062' AS TEXT), x'74657874', 9007199254740993, -0.0),
  (2, 'not a number', 9e999, '', x'', '1e3x', 1e300),
  (3, 2.5, -9e999, '007', 'text in blob', 0.1, '007'),
  (4, NULL, 3, NULL, NULL, NULL, NULL),
  (-9223372036854775808, -9223372036854775808, 5e-324, char(128512, 0, 10), zeroblob(5000), -1, 9223372036854775807);
