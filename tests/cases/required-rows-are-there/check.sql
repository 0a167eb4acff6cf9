SELECT count(*) = 2 FROM person;
