SELECT group_concat(id || ':' || n) = '1:4,2:5' FROM k;
