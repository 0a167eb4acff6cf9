SELECT group_concat(quote(name)) = '''a'',''b'',''a-3'',NULL,NULL,''a-6''' FROM (SELECT name FROM t ORDER BY id);
