-- Directions, collations and conditions of indexes over a rebuild (of a column that is in none).
CREATE TABLE barcodes(code TEXT PRIMARY KEY, region INTEGER, area INTEGER, size REAL);
CREATE INDEX by_all ON barcodes(region DESC, code COLLATE RTRIM, area ASC);
CREATE INDEX some ON barcodes(area DESC) WHERE region IS NOT NULL;
INSERT INTO barcodes VALUES ('a ', 1, 2, 3.5), ('a', 1, 2, -0.0);
