SELECT count(*) = 2 FROM pragma_table_info('t');
