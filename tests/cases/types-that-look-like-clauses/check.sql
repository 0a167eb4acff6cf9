SELECT group_concat(type, '|') = 'INTEGER|||TEXT GENERATED ALWAYS(3)|' FROM pragma_table_info('t');
-- Before 3.37 SQLite cuts nothing where no AS follows.
SELECT group_concat(type, '|') = 'INTEGER GENERATED ALWAYStype|GENERATED|INT generated|GENERATED(3)|text generated "always"|ALWAYS|generated x always' || CASE WHEN sqlite_version() < '3.37' THEN ' GENERATED ALWAYS' ELSE '' END FROM pragma_table_info('s');
