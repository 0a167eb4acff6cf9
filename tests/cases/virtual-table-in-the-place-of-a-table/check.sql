SELECT rowid = 1 FROM f('one');
