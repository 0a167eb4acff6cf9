SELECT group_concat(id || name) = '1Jazz,2metal' FROM (SELECT * FROM genre ORDER BY id);
SELECT group_concat(coalesce(genre, '-')) = '1,2,1,-,1' FROM (SELECT * FROM track ORDER BY id);
SELECT seq = 2 FROM sqlite_sequence WHERE name = 'genre';
