SELECT typeof(n) = 'integer' AND n = 12 AND typeof(r) = 'real' AND r = 1.5 FROM t WHERE id = 1;
