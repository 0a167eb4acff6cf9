SELECT count(*) = 1 FROM old;
SELECT count(*) = 0 FROM seen;
