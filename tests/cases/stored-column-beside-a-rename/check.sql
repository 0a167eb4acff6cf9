SELECT count(*) = 2 AND sum(gen_name) = 246 FROM users;
