SELECT group_concat(n || w) = '1ax2bx2ck,2axbxck' FROM (SELECT * FROM c ORDER BY n);
SELECT group_concat(id || typeof(id) || x) = '1textbx,2textbx2' FROM d;
SELECT group_concat(id || id2 || y) = '1axay,2ax2ay2' FROM e;
