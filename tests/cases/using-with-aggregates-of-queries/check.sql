SELECT group_concat(round(part, 2)) = '0.17,0.33,0.5' FROM t;
