SELECT typeof(n) = 'real' AND n = 7 FROM t WHERE id = 3;
