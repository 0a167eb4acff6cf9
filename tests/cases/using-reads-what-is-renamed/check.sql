SELECT group_concat(bytes) = '50,70' FROM (SELECT bytes FROM zzz ORDER BY id);
SELECT group_concat(twice) = '2,4' FROM (SELECT twice FROM zzz ORDER BY id);
