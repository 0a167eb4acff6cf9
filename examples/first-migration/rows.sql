-- SPDX-License-Identifier: MIT
--
-- rows.sql: about 100,000 rows for v1.sql, the same ones every time.
--
-- Then it deletes some, so that rowids have holes and AUTOINCREMENT has given
-- out numbers that no row has any more.

PRAGMA foreign_keys = ON;
BEGIN;

CREATE TEMP TABLE word(n INTEGER PRIMARY KEY, adjective TEXT, noun TEXT, given TEXT, family TEXT, city TEXT);
INSERT INTO word VALUES
  (0, 'Amber', 'Lanterns', 'Ines', 'Okafor', 'Lisbon'),
  (1, 'Brittle', 'Harbours', 'Jonas', 'de la Cruz', 'Turku'),
  (2, 'Copper', 'Meadows', 'Mei', 'Lindqvist', 'Leeds'),
  (3, 'Drowsy', 'Engines', 'Tariq', 'Brandt', 'Porto'),
  (4, 'Early', 'Weathers', 'Olga', 'Szabo', 'Graz'),
  (5, 'Faded', 'Telegrams', 'Kofi', 'Marchetti', 'Bergen'),
  (6, 'Gentle', 'Turbines', 'Noor', 'O''Leary', 'Cork'),
  (7, 'Hollow', 'Sundays', 'Pavel', 'Tanaka', 'Brno'),
  (8, 'Inland', 'Oceans', 'Rosa', 'van den Berg', 'Ghent'),
  (9, 'Jagged', 'Pillows', 'Sami', 'Haddad', 'Tunis'),
  (10, 'Kindly', 'Ghosts', 'Ute', 'Ferreira', 'Basel');

CREATE TEMP VIEW number AS
  WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 50000)
  SELECT n FROM count;

INSERT INTO label(id, name)
  SELECT n, adjective || ' Records' FROM word;
INSERT INTO genre(id, name) VALUES
  (1, 'Folk'), (2, 'Jazz'), (3, 'Noise'), (4, 'Choral'), (5, 'Dub'), (6, 'Waltz'), (7, 'Field recordings');

INSERT INTO artist(id, name)
  SELECT number.n, 'The ' || a.adjective || ' ' || b.noun || ' ' || number.n
  FROM number JOIN word a ON a.n = number.n % 11 JOIN word b ON b.n = number.n / 11 % 11
  WHERE number.n <= 400;

INSERT INTO album(id, artist_id, label_id, title, year)
  SELECT number.n, number.n * 7 % 400 + 1, nullif(number.n % 12, 11),
         word.adjective || ' side ' || number.n, 1958 + number.n * 13 % 60
  FROM number JOIN word ON word.n = number.n % 11
  WHERE number.n <= 1000;

INSERT INTO track(id, album_id, position, title, seconds, price_cents)
  SELECT number.n, (number.n - 1) / 10 + 1, (number.n - 1) % 10 + 1,
         a.noun || ' under ' || b.city, cast(90 + number.n * 37 % 400 AS TEXT), 79 + number.n % 4 * 10
  FROM number JOIN word a ON a.n = number.n % 11 JOIN word b ON b.n = number.n / 11 % 11
  WHERE number.n <= 10000;

INSERT INTO track_genre(track_id, genre_id)
  SELECT number.n, number.n % 7 + 1 FROM number WHERE number.n <= 10000;

INSERT INTO clerk(id, name, boss_id)
  SELECT n + 1, given || ' ' || family, nullif(1, n + 1) FROM word ORDER BY n;

INSERT INTO customer(name, mail, fax, city)
  SELECT a.given || CASE number.n % 97 WHEN 0 THEN '' ELSE ' ' || b.family END,
         CASE number.n % 5 WHEN 0 THEN NULL ELSE a.given || number.n || '@Example.org' END,
         CASE number.n % 50 WHEN 0 THEN '+00 ' || number.n END, c.city
  FROM number JOIN word a ON a.n = number.n % 11 JOIN word b ON b.n = number.n / 11 % 11
       JOIN word c ON c.n = number.n / 7 % 11
  WHERE number.n <= 4000;

INSERT INTO sale(customer_id, clerk_id, at)
  SELECT number.n * 17 % 4000 + 1, nullif(number.n % 12, 0),
         datetime(1577836800 + number.n * 6007, 'unixepoch')
  FROM number WHERE number.n <= 20000;

INSERT INTO sale_line(sale_id, track_id, qnty, cents)
  SELECT (number.n + 1) / 2, number.n * 31 % 10000 + 1, 1 + number.n % 3, 79 + number.n % 4 * 10
  FROM number WHERE number.n <= 40000;

INSERT INTO review(track_id, customer_id, stars, body)
  SELECT number.n * 3 % 10000 + 1, number.n * 11 % 4000 + 1, 1 + number.n % 5,
         a.adjective || ' ' || b.noun || CASE number.n % 9 WHEN 0 THEN ', and a banjo' ELSE ' all the way' END
  FROM number JOIN word a ON a.n = number.n % 11 JOIN word b ON b.n = number.n / 11 % 11
  WHERE number.n <= 12000;

UPDATE track SET price_cents = 129 WHERE id % 100 = 0;

-- Holes.  A customer who goes takes sales, lines and reviews along, by cascade.
DELETE FROM customer WHERE id % 41 = 0 OR id > 3990;
DELETE FROM review WHERE rowid % 13 = 0;
DELETE FROM sale WHERE id > 19950;
-- What version 2 leaves to a foreign key, version 1 must remember to do.
DELETE FROM clerk WHERE id = 11;
UPDATE sale SET clerk_id = NULL WHERE clerk_id = 11;

DROP VIEW number;
DROP TABLE word;
COMMIT;
ANALYZE;
