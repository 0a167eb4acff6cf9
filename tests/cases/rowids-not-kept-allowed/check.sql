SELECT group_concat(k || a) = 'xa,yb' FROM t;
