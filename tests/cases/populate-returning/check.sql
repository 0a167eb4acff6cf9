SELECT group_concat(rowid || body) = '1one,2two,3three' FROM f;
