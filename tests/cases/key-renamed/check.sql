SELECT count(*) = 1 FROM walks;
