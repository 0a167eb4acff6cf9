SELECT count(*) = 2 FROM "order by" WHERE "x]" IN ('b', '"');
SELECT "it's" = 'y' FROM "O'Brien.list" WHERE rowid = 50;
SELECT sum("g]") = 4.0 FROM "the [view]";
