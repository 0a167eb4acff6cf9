SELECT at = 'then' AND r = 'r' FROM t;
