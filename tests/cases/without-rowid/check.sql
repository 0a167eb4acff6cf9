SELECT group_concat(value) = '2.5,1.5,3.5' FROM (SELECT value FROM reading ORDER BY station, at DESC);
SELECT group_concat(x) = '2,1' FROM (SELECT x FROM plain ORDER BY code);
SELECT count(*) = 2 FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%';
