SELECT group_concat(quote(_moult_key_0) || quote(_MOULT_KEY__1)) = '''one''''7'',''two''''8'',NULL''7-23''' FROM (SELECT * FROM t ORDER BY id);
