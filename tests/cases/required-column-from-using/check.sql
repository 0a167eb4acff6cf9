SELECT group_concat(m) = '1,0' FROM t;
