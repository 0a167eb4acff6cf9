SELECT group_concat(quote(k)) = '''5'',''x''' FROM t;
SELECT group_concat(quote(k)) = '''5'',''7.5'',''x''' FROM b;
SELECT group_concat(quote(k)) = '5,7' FROM n;
