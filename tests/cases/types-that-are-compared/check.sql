SELECT group_concat(b) = '0,0' FROM computed;
SELECT count(*) = 0 FROM partial INDEXED BY partial_b WHERE a = 5;
SELECT count(*) = 0 FROM expression WHERE (a = '5') = 1;
SELECT group_concat(typeof(b)) = 'text,text' FROM late;
SELECT group_concat(typeof(a)) = 'real,real' FROM whole;
