SELECT group_concat(a) = 'one,two' FROM v;
SELECT group_concat(id || b) = '1uno,2due' FROM t;
