SELECT group_concat(role) = 'admin,editor' FROM u;
