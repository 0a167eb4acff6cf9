SELECT b = 2 FROM stale;
SELECT x2 = 2 FROM good;
SELECT sql LIKE '%DELETE FROM a WHERE x2%' FROM sqlite_master WHERE name = 'stale_a';
