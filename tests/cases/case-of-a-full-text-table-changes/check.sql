SELECT count(*) = 1 FROM idx WHERE idx MATCH 'hello';
SELECT count(*) = 2 FROM v;
SELECT count(*) = 0 FROM sqlite_master WHERE name LIKE '\_moult\_case%' ESCAPE '\';
