SELECT seq = 41 FROM sqlite_sequence WHERE name = 't';
