-- A query of values alone fills a new file, too, and so does what reads the table that it fills.
CREATE TABLE "w ö" (id INTEGER PRIMARY KEY, v TEXT);
INSERT INTO "w ö" VALUES (1, 'b'), (2, 'c');
