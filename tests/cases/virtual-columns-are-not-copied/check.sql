SELECT up = 'AB' AND len = 2 AND n = 7 FROM t WHERE id = 1;
