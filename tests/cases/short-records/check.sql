SELECT group_concat(level) = '1,1,3' FROM (SELECT level FROM member ORDER BY id);
SELECT group_concat(region) = 'north,north,south' FROM (SELECT region FROM member ORDER BY id);
SELECT dflt_value = '2' FROM pragma_table_info('member') WHERE name = 'level';
