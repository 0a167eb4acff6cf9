SELECT name IS NULL FROM pragma_index_info('i');
SELECT name = 'a + b' FROM pragma_index_info('j');
