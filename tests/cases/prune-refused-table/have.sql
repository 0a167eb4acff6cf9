-- A drop that only --prune asks for needs consent where there are rows.
CREATE TABLE app(id INTEGER PRIMARY KEY);
CREATE TABLE stranger(x);
INSERT INTO stranger VALUES (1);
