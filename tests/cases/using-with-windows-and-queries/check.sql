SELECT group_concat(so_far || ' ' || round(part, 2)) = '10 0.17,30 0.33,60 0.5' FROM t;
