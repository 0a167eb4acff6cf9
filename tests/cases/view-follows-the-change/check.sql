SELECT a = 'a' FROM v;
