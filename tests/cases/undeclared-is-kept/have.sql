-- A rebuilt table has a column, an index, a trigger and a view that the
-- document does not know.  They stay.
CREATE TABLE device(id INTEGER PRIMARY KEY, name TEXT, vendor_data BLOB DEFAULT x'00', speed INTEGER);
CREATE INDEX vendor_index ON device(vendor_data) WHERE vendor_data IS NOT NULL;
CREATE TRIGGER vendor_trigger AFTER UPDATE ON device BEGIN
  INSERT INTO vendor_log VALUES (new.id);
END;
CREATE TABLE vendor_log(device INTEGER);
CREATE VIEW vendor_view AS SELECT name, vendor_data FROM device;
INSERT INTO device VALUES (1, 'a', x'0102', 5), (2, 'b', NULL, 6);
INSERT INTO vendor_log VALUES (9);
