SELECT sum(rowid = id) = 2 FROM dogs;
