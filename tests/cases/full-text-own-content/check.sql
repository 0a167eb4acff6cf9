SELECT rowid = 3 FROM own WHERE own MATCH 'word';
