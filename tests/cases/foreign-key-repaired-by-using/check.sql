SELECT group_concat(quote(p)) = '1,0,NULL' FROM (SELECT p FROM c ORDER BY id);
