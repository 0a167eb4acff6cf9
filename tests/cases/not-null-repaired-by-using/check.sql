SELECT n = '' FROM t WHERE id = 2;
