SELECT group_concat(rowid) = '5,9' FROM t;
