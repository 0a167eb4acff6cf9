-- How it was filled first still stands in the document; what was inserted since does not.
CREATE VIRTUAL TABLE find USING fts5(a, b);
INSERT INTO find VALUES ('seed', NULL), ('mine', 'x');
