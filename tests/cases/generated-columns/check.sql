SELECT area = 120 AND half = 1.5 AND tall = 1 FROM box WHERE rowid = 5;
SELECT area IS NULL AND label = 'c' FROM box WHERE rowid = 12;
SELECT count(*) = 1 FROM box WHERE half = 2.5;
SELECT sum(hidden) = 7 FROM pragma_table_xinfo('box');
