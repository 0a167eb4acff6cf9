SELECT count(*) = 3 AND count(a) = 2 FROM t;
