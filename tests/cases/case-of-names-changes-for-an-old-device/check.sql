SELECT count(*) = 4 FROM sqlite_master WHERE name = 'UserProfile' OR lower(name) IN ('ix', 'v1', 'tr');
SELECT group_concat(name) = 'id,FullName,more,extra' FROM pragma_table_info('UserProfile');
SELECT FullName = 'Ada' FROM v2;
SELECT count(*) = 0 FROM sqlite_master WHERE name LIKE '\_moult\_case%' ESCAPE '\';
SELECT seq = 7 FROM sqlite_sequence WHERE name = 'UserProfile';
