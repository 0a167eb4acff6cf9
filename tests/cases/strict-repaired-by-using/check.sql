SELECT group_concat(quote(a)) = '''x'',''ab'',NULL' FROM (SELECT a FROM t ORDER BY id);
