-- Generated columns take no part in the copy; the stored one is computed anew.
CREATE TABLE box(
  w INTEGER, h INTEGER,
  area INTEGER GENERATED ALWAYS AS (w * h) STORED,
  half AS (w / 2.0),
  label TEXT);
CREATE INDEX box_half ON box(half);
INSERT INTO box(rowid, w, h, label) VALUES (5, 3, 4, 'a'), (9, 5, 6, 'b'), (12, NULL, 1, 'c');
