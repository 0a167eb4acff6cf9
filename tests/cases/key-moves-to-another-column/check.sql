SELECT group_concat(rowid || id, ' ') = '33 99' FROM dogs ORDER BY rowid;
