SELECT count(*) = 0 FROM calls;
SELECT count(*) >= 8 AND sum(m.rootpage <> p.rootpage) = 0 FROM pages AS p JOIN sqlite_master AS m USING (name);
SELECT group_concat(rowid || a || b || d, '') = '7a11a.14b22b.21c3.53.5c.' FROM t;
SELECT count(*) = 1 FROM t INDEXED BY sqlite_autoindex_t_2 WHERE b = 2 AND a = 'b';
SELECT count(*) = 1 FROM t INDEXED BY sqlite_autoindex_t_1 WHERE c = '2';
SELECT count(*) = 0 FROM t WHERE "odd, name" = 'X';
