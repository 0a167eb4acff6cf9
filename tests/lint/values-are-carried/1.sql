BEGIN;
ALTER TABLE person ADD COLUMN contact TEXT;
UPDATE person SET contact = name || ' <' || mail || '>';
ALTER TABLE person DROP COLUMN mail;
CREATE TABLE day (at TEXT, visits TEXT);
INSERT INTO day (at, visits) SELECT date(at), group_concat(id || ':' || person) FROM visit GROUP BY 1;
DROP TABLE visit;
COMMIT;
