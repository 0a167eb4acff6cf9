SELECT group_concat(c, '|') = 'xn|am' FROM t;
