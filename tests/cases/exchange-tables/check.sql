SELECT count(*) = 500 AND sum(x = length(a)) = 500 AND sum(late = 'short') = 500 AND min(rowid) = -500 FROM one;
SELECT count(*) = 500 AND sum(typeof(b) = 'text') = 500 FROM "two words";
SELECT count(*) = 1 FROM one INDEXED BY one_b WHERE b = 12 AND "odd "" name" = 3.0;
SELECT count(*) = 1 FROM "two words" INDEXED BY "i'2" WHERE a = 'text 12';
SELECT count(*) = 1 FROM last INDEXED BY last_x WHERE x = 'text 12';
SELECT count(*) = 1 FROM _moult_new_one;
