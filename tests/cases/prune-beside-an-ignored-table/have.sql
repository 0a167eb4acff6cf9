CREATE TABLE sync_item(id INTEGER PRIMARY KEY, v);
CREATE INDEX iv ON sync_item(v);
CREATE TRIGGER it AFTER UPDATE ON sync_item BEGIN SELECT 1; END;
CREATE TABLE android_metadata(locale TEXT);
CREATE UNIQUE INDEX am ON android_metadata(locale);
