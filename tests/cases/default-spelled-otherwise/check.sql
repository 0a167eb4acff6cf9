SELECT a = 1 AND b = 5 AND c = 16 AND d = 0 AND e = 1 AND f = 5 FROM t;
