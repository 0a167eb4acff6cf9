SELECT group_concat(name) = 'id,name' FROM pragma_table_info('app');
SELECT count(*) = 1 FROM app WHERE name = 'one';
SELECT count(*) = 2 FROM other;
SELECT count(*) = 1 FROM sqlite_master WHERE type = 'index';
