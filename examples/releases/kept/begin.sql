-- SPDX-License-Identifier: MIT
--
-- begin.sql: a file of the first release, as it lies on the devices of those who never came along.
CREATE TABLE person(id INTEGER PRIMARY KEY, fullname TEXT NOT NULL, mail TEXT);
CREATE TABLE sale(
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  product TEXT NOT NULL,
  cents INTEGER NOT NULL,
  country TEXT NOT NULL,
  state TEXT NOT NULL);
CREATE INDEX sale_by_person ON sale(person);
CREATE TABLE fax(person INTEGER NOT NULL REFERENCES person(id), number TEXT NOT NULL);
CREATE INDEX fax_by_person ON fax(person);
PRAGMA user_version = 1;
INSERT INTO person VALUES (1, 'Ada Lovelace', 'ada@example.org'), (2, 'Grace Hopper', NULL), (5, 'Prince', 'p@example.org');
INSERT INTO sale VALUES
  (1, 1, 'Compass', 1250, 'GB', 'paid'), (2, 1, 'Lantern', 3400, 'gb', 'Paid '),
  (4, 2, 'Compass', 1250, 'us', 'open'), (9, 5, 'Compass', 1300, 'US', 'OPEN');
INSERT INTO fax VALUES (2, '+1 555 0100');
