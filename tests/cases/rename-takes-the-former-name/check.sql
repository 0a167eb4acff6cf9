SELECT full_name = 'Carl Dahl' AND name = '-' FROM item WHERE id = 2;
SELECT count(*) = 2 FROM journal;
SELECT count(*) = 0 FROM log;
