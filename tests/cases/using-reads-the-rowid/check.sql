SELECT r = '5-5-5-5' FROM t;
SELECT r = '7is none' FROM v;
