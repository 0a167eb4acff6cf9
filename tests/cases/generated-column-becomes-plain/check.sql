SELECT group_concat(up) = 'x1,x2' FROM users;
