SELECT group_concat(typeof(code)) = 'integer,integer,text' FROM (SELECT code FROM agent ORDER BY id);
SELECT code = 7 AND other = '007' FROM agent WHERE id = 1;
