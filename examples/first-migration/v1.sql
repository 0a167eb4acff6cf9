-- SPDX-License-Identifier: MIT
--
-- v1.sql: the record shop's database as version 1 of its program made it.
--
-- It has what makes a migration by hand go wrong: parents whose DROP would
-- delete their children (ON DELETE CASCADE), a table without an INTEGER PRIMARY
-- KEY whose rowids a full-text index holds, AUTOINCREMENT, partial and
-- expression indexes, triggers and views that speak of the tables to change.

PRAGMA user_version = 1;

CREATE TABLE label (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE artist (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE
);

CREATE TABLE album (
  id INTEGER PRIMARY KEY,
  artist_id INTEGER NOT NULL REFERENCES artist(id) ON DELETE CASCADE,
  label_id INTEGER REFERENCES label(id) ON DELETE SET NULL,
  title TEXT NOT NULL,
  year INTEGER,
  UNIQUE (artist_id, title)
);
CREATE INDEX album_by_label ON album(label_id) WHERE label_id IS NOT NULL;

CREATE TABLE genre (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE track (
  id INTEGER PRIMARY KEY,
  album_id INTEGER NOT NULL REFERENCES album(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  seconds TEXT,                         -- a number, but nobody thought of that
  price_cents INTEGER NOT NULL DEFAULT 99,
  sold INTEGER NOT NULL DEFAULT 0,      -- kept by triggers on sale_line
  UNIQUE (album_id, position)
);
CREATE INDEX track_by_title ON track(title COLLATE NOCASE, album_id DESC);

CREATE TABLE track_genre (
  genre_id INTEGER NOT NULL REFERENCES genre(id) ON DELETE CASCADE,
  track_id INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE,
  PRIMARY KEY (genre_id, track_id)
) WITHOUT ROWID;
CREATE INDEX track_genre_by_track ON track_genre(track_id);

CREATE TABLE clerk (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  boss_id INTEGER REFERENCES clerk(id)
);

CREATE TABLE customer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  mail TEXT,
  fax TEXT,
  city TEXT NOT NULL
);
CREATE UNIQUE INDEX customer_by_mail ON customer(lower(mail)) WHERE mail IS NOT NULL;

CREATE TABLE sale (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  clerk_id INTEGER,                     -- of a clerk, if the program is careful
  at TEXT NOT NULL
);
CREATE INDEX sale_by_customer ON sale(customer_id, at);

CREATE TABLE sale_line (
  sale_id INTEGER NOT NULL REFERENCES sale(id) ON DELETE CASCADE,
  track_id INTEGER NOT NULL REFERENCES track(id) ON DELETE RESTRICT,
  qnty INTEGER NOT NULL DEFAULT 1,
  cents INTEGER NOT NULL,
  PRIMARY KEY (sale_id, track_id)
);
CREATE INDEX sale_line_by_track ON sale_line(track_id);

-- No INTEGER PRIMARY KEY: the rowid is nobody's column, and review_text has it.
CREATE TABLE review (
  track_id INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE,
  customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  stars INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (customer_id, track_id)
);
CREATE INDEX review_of_track ON review(track_id, stars DESC);
CREATE INDEX review_to_answer ON review(customer_id) WHERE stars <= 2;

CREATE VIRTUAL TABLE review_text USING fts5(body, content='review', content_rowid='rowid');

CREATE TABLE price_change (
  track_id INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE,
  cents_before INTEGER NOT NULL,
  cents_after INTEGER NOT NULL
);
CREATE INDEX price_change_of_track ON price_change(track_id);

CREATE TRIGGER review_insert AFTER INSERT ON review BEGIN
  INSERT INTO review_text(rowid, body) VALUES (new.rowid, new.body);
END;
CREATE TRIGGER review_delete AFTER DELETE ON review BEGIN
  INSERT INTO review_text(review_text, rowid, body) VALUES ('delete', old.rowid, old.body);
END;
CREATE TRIGGER review_update AFTER UPDATE OF body ON review BEGIN
  INSERT INTO review_text(review_text, rowid, body) VALUES ('delete', old.rowid, old.body);
  INSERT INTO review_text(rowid, body) VALUES (new.rowid, new.body);
END;

CREATE TRIGGER sale_line_insert AFTER INSERT ON sale_line BEGIN
  UPDATE track SET sold = sold + new.qnty WHERE id = new.track_id;
END;
CREATE TRIGGER sale_line_delete AFTER DELETE ON sale_line BEGIN
  UPDATE track SET sold = sold - old.qnty WHERE id = old.track_id;
END;
CREATE TRIGGER track_price AFTER UPDATE OF price_cents ON track
WHEN old.price_cents <> new.price_cents BEGIN
  INSERT INTO price_change VALUES (new.id, old.price_cents, new.price_cents);
END;

CREATE VIEW sale_total(sale_id, customer_id, cents) AS
SELECT sale.id, sale.customer_id, sum(sale_line.qnty * sale_line.cents)
FROM sale JOIN sale_line ON sale_line.sale_id = sale.id
GROUP BY sale.id;

CREATE VIEW good_customer AS
SELECT customer.id, customer.name, sum(sale_total.cents) / 100.0 AS spent
FROM customer JOIN sale_total ON sale_total.customer_id = customer.id
GROUP BY customer.id HAVING sum(sale_total.cents) > 1900;

CREATE VIEW album_length AS
SELECT album.id, album.title, sum(track.seconds) / 60 AS minutes
FROM album JOIN track ON track.album_id = album.id GROUP BY album.id;
