-- An index on a column whose type changes, in the same document; another index is there.
CREATE TABLE t_w_ix(id INTEGER NOT NULL, thing INTEGER, data VARCHAR(20), PRIMARY KEY (id));
CREATE INDEX ix_thing ON t_w_ix(thing);
INSERT INTO t_w_ix VALUES (1, 2, 'x');
