-- declared rows of a table that is written anew, under another name, with columns that come, go, and are renamed
CREATE TABLE land (id INTEGER PRIMARY KEY, kürzel TEXT NOT NULL UNIQUE, name TEXT, size TEXT, old);
INSERT INTO land VALUES (7, 'CH', 'Switzerland', '41285', 1), (9, 'FR', 'France', '543940', 2), (12, 'DD', 'DDR', '108179', NULL);
CREATE TABLE _moult_done (
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  digest TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (kind, object, digest)
);
INSERT INTO _moult_done VALUES
  ('rows', 'land', 'another', '2026-01-01T00:00:00Z'),
  ('row', 'land|''CH''', '|kürzel=''CH''|name=''Switzerland''|size=''41285''|', '2026-01-01T00:00:00Z'),
  ('row', 'land|''DD''', '|kürzel=''DD''|name=''DDR''|', '2026-01-01T00:00:00Z');
