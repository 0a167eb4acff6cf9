SELECT count(*) = 1 FROM a_best;
