SELECT count(*) = 2 FROM t WHERE length(name) = 1;
SELECT count(DISTINCT lower(name)) = 4 FROM t;
