SELECT group_concat(a) = 'mine' FROM u;
