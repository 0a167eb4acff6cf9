SELECT count(*) = 1 FROM y WHERE id = 7;
