SELECT group_concat(quote(size)) = '5,7,NULL' FROM (SELECT size FROM aaa ORDER BY id);
SELECT group_concat(quote(size)) = '''5120'',''7168''' FROM (SELECT size FROM photo ORDER BY id);
