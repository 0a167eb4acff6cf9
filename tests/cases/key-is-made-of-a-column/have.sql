-- A column that becomes the INTEGER PRIMARY KEY is the rowid from then on, whatever that was.
CREATE TABLE dogs(id INTEGER, name TEXT);
INSERT INTO dogs VALUES (70, 'Cleo'), (50, 'Pancakes');
