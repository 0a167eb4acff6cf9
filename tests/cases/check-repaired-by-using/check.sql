SELECT group_concat(quote(state)) = '''open'',''open'',''closed'',NULL' FROM (SELECT state FROM t ORDER BY id);
