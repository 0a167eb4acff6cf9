SELECT count(*) = 3 AND sum(up) = 3 FROM tree;
