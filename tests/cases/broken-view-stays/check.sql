SELECT alpha = 'a' FROM good;
SELECT count(*) = 1 FROM sqlite_master WHERE name = 'broken';
