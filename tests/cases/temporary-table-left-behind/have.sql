-- A run of another tool died and left its work table; it is nobody's to drop.
CREATE TABLE "temporary_post"(id INTEGER PRIMARY KEY, title TEXT);
CREATE TABLE post(id INTEGER PRIMARY KEY, title TEXT);
INSERT INTO post VALUES (1, 'x'); INSERT INTO temporary_post VALUES (1, 'x');
