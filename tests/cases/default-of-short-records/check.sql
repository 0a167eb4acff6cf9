SELECT group_concat(b) = '5,5,7' AND sum(c IS NULL) = 2 FROM t;
SELECT b = 5 FROM whole;
