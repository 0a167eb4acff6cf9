SELECT count(*) = 2 FROM sqlite_master WHERE name IN ('odd', 'even');
