SELECT group_concat(id || name, ' ') = '7s 12m' FROM (SELECT * FROM unit ORDER BY id);
