SELECT l = 2 AND a = 3 FROM t;
