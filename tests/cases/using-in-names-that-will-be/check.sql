SELECT group_concat(b || c, '|') = 'xXb|yYb' FROM t;
