SELECT group_concat(rowid) = '1,7' FROM f WHERE f MATCH 'fox';
SELECT group_concat(a, '/') = 'one fox/a fox again' FROM f WHERE f MATCH 'fox';
SELECT group_concat(rowid) = '10,30' FROM g WHERE g MATCH 'fox';
