SELECT group_concat(a) = 'one,two' FROM v;
SELECT group_concat(id || b) = '1uno,2due' AND count("rowid") = 0 FROM t;
