-- Partial, expression, DESC, COLLATE and unique indexes come back after the
-- copy, and the statistics of those that did not change stay.
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, born TEXT, score REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO person SELECT i, 'Name ' || (i % 17), 'm' || i || '@example.org', 1950 + i % 40, i / 7.0 FROM n;
CREATE INDEX person_name ON person(name COLLATE NOCASE, born DESC);
CREATE UNIQUE INDEX person_mail ON person(lower(mail));
CREATE INDEX person_high ON person(score) WHERE score > 20;
CREATE INDEX person_calc ON person(substr(name, 1, 3) || born, id DESC);
ANALYZE;
CREATE TABLE keep_stat(table_name, index_name, stat);
INSERT INTO keep_stat SELECT tbl, idx, stat FROM sqlite_stat1 WHERE tbl = 'person';
