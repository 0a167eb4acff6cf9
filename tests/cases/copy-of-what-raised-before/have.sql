-- A copy computes each generated column, and would fail.
CREATE TABLE t(id INTEGER PRIMARY KEY, doc TEXT);
INSERT INTO t VALUES (1, '{"a":1}'), (7, '{broken'), (8, NULL);
ALTER TABLE t ADD COLUMN a AS (json_extract(doc, '$.a'));
