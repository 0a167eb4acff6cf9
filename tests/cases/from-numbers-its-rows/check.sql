SELECT group_concat(n || typeof(a) || coalesce(hex(a), '-') || coalesce(b, '-'), ' ')
    = '1nulla 2integer32B 3integer32a 4integer32b 5integer32b 6real322E30b 7integer3130- 8text32B 9blob32a'
  FROM (SELECT * FROM u ORDER BY n);
SELECT count(*) = 9 FROM u JOIN v ON u.n = v.rowid AND u.a IS v.a AND u.b IS v.b AND typeof(u.a) = typeof(v.a);
