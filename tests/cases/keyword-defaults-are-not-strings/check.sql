SELECT is_active = 1 AND flag = 0 AND note2 IS NULL AND at = 'then' AND n = '-1' AND s = 'CURRENT_TIMESTAMP' FROM t;
SELECT group_concat(dflt_value, ' ') = 'TRUE FALSE NULL CURRENT_TIMESTAMP -1 ''CURRENT_TIMESTAMP'' NULL' FROM pragma_table_info('t');
