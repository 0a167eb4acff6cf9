-- SQLite cuts GENERATED ALWAYS from the end of a type, with or without AS, and takes it for words elsewhere.
CREATE TABLE s(
  a INTEGER GENERATED ALWAYStype,
  b GENERATED,
  c INT generated,
  d GENERATED(3),
  e text generated "always",
  f ALWAYS,
  g generated x always,
  h INTEGER generated [always] AS (a+1),
  i GENERATED ALWAYS  GENERATED ALWAYS AS (a*2)
);
CREATE TABLE t(
  a INTEGER GENERATED ALWAYS,
  b GENERATED ALWAYS,
  c GENERATED ALWAYS NOT NULL,
  d TEXT GENERATED ALWAYS(3),
  e INT GENERATED ALWAYS AS (a+1),
  f INT NOT NULL GENERATED ALWAYS AS (a) STORED,
  g AS (a),
  h GENERATED ALWAYS x GENERATED ALWAYS AS (a*2),
  i generated always CHECK (i>0)
);
INSERT INTO t(a, b, c, d, i) VALUES (1, 2, 3, 4, 7);
