-- The index stays, and what it reads does not.
CREATE TABLE t(id INTEGER PRIMARY KEY, doc TEXT);
INSERT INTO t(id, doc) VALUES (1, '{"a":1}'), (7, '{}');
CREATE INDEX i ON t(json_extract(doc, '$.a'));
