SELECT count(*) = 2 FROM audit;
SELECT group_concat(item) = 'rope' FROM low_names;
SELECT count(*) = 3 FROM sqlite_master WHERE type = 'trigger';
SELECT sql LIKE '%UPDATE stock SET%' FROM sqlite_master WHERE name = 'movement_books';
