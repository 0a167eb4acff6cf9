SELECT r = '5-5-5-5' FROM t;
SELECT "oid" = '5' FROM u;
SELECT r = '7is none' FROM v;
