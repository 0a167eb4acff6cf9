SELECT group_concat(id || ' ' || most) = '1 7' FROM stand; SELECT group_concat(a || ' ' || most) = '5 7,7 7' FROM t;
