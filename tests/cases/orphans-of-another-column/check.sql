SELECT count(*) = 2 FROM pragma_foreign_key_check;
