SELECT group_concat(v) = '30,40' FROM (SELECT v FROM a ORDER BY id);
SELECT group_concat(v) = '10,20' FROM (SELECT v FROM b ORDER BY id);
