-- Two tables of one plan, in a file where a dropped table gives its root page to another (auto_vacuum).
PRAGMA auto_vacuum = full;
PRAGMA page_size = 512;
CREATE TABLE one (a TEXT, b INT DEFAULT (1 + 1), "odd "" name" REAL, u TEXT PRIMARY KEY);
CREATE TABLE "two words" (a BLOB, b, c UNIQUE ON CONFLICT IGNORE, r REFERENCES one);
CREATE TABLE _moult_new_one (x);
CREATE INDEX one_b ON one (b, "odd "" name" DESC);
CREATE INDEX "i'2" ON "two words" (a);
WITH r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 500)
INSERT INTO one SELECT 'text ' || i, i, i / 4.0, 'u' || i FROM r;
ALTER TABLE one ADD COLUMN late TEXT DEFAULT 'short';
INSERT INTO "two words" SELECT a, 'b' || b, b, u FROM one;
UPDATE one SET rowid = -rowid;
INSERT INTO _moult_new_one VALUES (1);
CREATE TABLE last (x);
CREATE INDEX last_x ON last (x);
INSERT INTO last SELECT a FROM one;
