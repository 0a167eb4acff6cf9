SELECT count(*) = 5 FROM pragma_foreign_key_check;
SELECT count(*) = 4 FROM child;
