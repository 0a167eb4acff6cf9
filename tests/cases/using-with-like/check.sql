SELECT group_concat(is_red) = '1,0' FROM t;
