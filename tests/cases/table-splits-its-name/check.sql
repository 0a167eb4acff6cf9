SELECT count(*) = 1 FROM users2;
SELECT count(*) = 0 FROM users1;
