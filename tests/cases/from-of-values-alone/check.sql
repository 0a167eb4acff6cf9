SELECT group_concat(id || "order") = '1a,2b' FROM (SELECT * FROM "let""ter" ORDER BY id);
SELECT group_concat(n || quote(letter) || up) = '7NULL8,10111,20221' FROM (SELECT * FROM twice ORDER BY n);
SELECT group_concat(id || v) = '1b,2c' FROM beyond;
SELECT group_concat(v) = 'b,c' FROM "w ö";
SELECT rowid = 2 FROM find WHERE find MATCH 'b';
SELECT seq = 2 FROM sqlite_sequence WHERE name = 'let"ter';
