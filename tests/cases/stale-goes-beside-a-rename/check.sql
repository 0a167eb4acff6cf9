SELECT x2 = 2 FROM good;
SELECT count(*) = 0 FROM sqlite_master WHERE name LIKE 'stale%';
