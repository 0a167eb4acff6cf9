SELECT b = 5 FROM a WHERE id = 2;
