SELECT group_concat(type, '|') = 'INTEGER|||TEXT GENERATED ALWAYS(3)|' FROM pragma_table_info('t');
SELECT group_concat(type, '|') = 'INTEGER GENERATED ALWAYStype|GENERATED|INT generated|GENERATED(3)|text generated "always"|ALWAYS|generated x always' FROM pragma_table_info('s');
