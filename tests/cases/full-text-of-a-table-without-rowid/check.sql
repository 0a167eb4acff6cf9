SELECT rowid = 1 FROM bare('kept');
