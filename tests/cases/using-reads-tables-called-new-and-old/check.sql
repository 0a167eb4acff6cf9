SELECT group_concat(a) = 'xone,yone' FROM new;
SELECT group_concat(b || c) = 'oneone1,twotwo2' FROM t;
SELECT group_concat(rowid || body) = '1x,2y' FROM f;
