BEGIN;
ALTER TABLE t ADD COLUMN a AS (json_extract(doc, '$.a'));
ALTER TABLE t ADD COLUMN b AS (json_valid(doc));
CREATE UNIQUE INDEX i ON t(json_extract(doc, '$.b'));
COMMIT;
