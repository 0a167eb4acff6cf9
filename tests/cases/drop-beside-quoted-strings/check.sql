SELECT greeting = 'hello' FROM v;
SELECT sql LIKE '%"hello"%' FROM sqlite_master WHERE name = 'v';
