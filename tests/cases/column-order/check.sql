SELECT group_concat(name) = 'id,a,b' FROM pragma_table_info('t');
SELECT a = 'a' AND b = 'b' FROM t;
