SELECT group_concat(id) = '5,9' FROM t;
