SELECT group_concat(rowid) = '11' FROM f WHERE f MATCH 'x';
