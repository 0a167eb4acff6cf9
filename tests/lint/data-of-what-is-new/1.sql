BEGIN;
CREATE TABLE schema_version (n);
ALTER TABLE word ADD COLUMN a;
UPDATE word SET a = count;
INSERT INTO schema_version VALUES (1);
COMMIT;
