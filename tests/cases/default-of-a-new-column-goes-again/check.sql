SELECT height = 42 FROM author;
SELECT seq = 2 FROM sqlite_sequence WHERE name = 'author';
