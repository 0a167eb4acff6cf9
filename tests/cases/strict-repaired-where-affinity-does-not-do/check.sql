SELECT group_concat(a || ' ' || b || ' ' || r || ' ' || s, ',') = '5 5 1.0 5,x -1 -1.5 none,6.0 7 2.0 ok' FROM t;
