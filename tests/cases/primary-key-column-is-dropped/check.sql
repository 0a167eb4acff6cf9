SELECT group_concat(data, ' ') = 'd1 22' FROM foo;
