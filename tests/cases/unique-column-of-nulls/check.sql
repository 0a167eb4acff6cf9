SELECT count(*) = 2 FROM t WHERE name IS NULL;
