SELECT seq = 500 FROM sqlite_sequence WHERE name = 'ticket';
SELECT seq = 77 FROM sqlite_sequence WHERE name = 'empty_one';
SELECT count(*) = 0 FROM sqlite_sequence WHERE name = 'never_used';
SELECT count(*) = 0 FROM sqlite_sequence WHERE name LIKE '%moult_new%';
