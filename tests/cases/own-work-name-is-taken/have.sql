-- The very name that moult would give to its work table.
CREATE TABLE "_moult_new_post"(id INTEGER PRIMARY KEY);
CREATE TABLE post(id INTEGER PRIMARY KEY, n TEXT);
CREATE INDEX "_moult_new_post_2" ON post(n);
INSERT INTO post VALUES (1, '5'); INSERT INTO _moult_new_post VALUES (4);
