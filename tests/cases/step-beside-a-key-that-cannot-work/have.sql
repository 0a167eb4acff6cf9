-- The key of town refers to no key, so foreign_key_check fails, and nothing is blamed.
CREATE TABLE old(name TEXT);
CREATE TABLE land(name TEXT);
CREATE TABLE town(name TEXT PRIMARY KEY, land TEXT, FOREIGN KEY (land) REFERENCES land ON DELETE SET NULL);
INSERT INTO land VALUES ('CH'), ('DD');
INSERT INTO town VALUES ('Bern', 'CH'), ('Leipzig', 'DD');
