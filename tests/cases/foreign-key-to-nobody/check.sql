SELECT count(*) = 1 FROM dog WHERE owner IS NULL;
