SELECT count(*) = 1 FROM pragma_foreign_key_check;
SELECT count(*) = 2 FROM child;
