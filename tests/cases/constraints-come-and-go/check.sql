SELECT count(*) = 3 AND sum(rowid) = 19 FROM pet;
SELECT count(*) = 0 FROM pragma_foreign_key_list('pet');
SELECT group_concat(name) = 'age,kind,born' FROM pragma_table_info('pet') WHERE "notnull";
