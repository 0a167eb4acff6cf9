-- A default with quotes, percent and a colon in it.
CREATE TABLE foo(id INTEGER PRIMARY KEY, data TEXT DEFAULT 'it''s 100% :x "y" `z`');
INSERT INTO foo(id) VALUES (1);
