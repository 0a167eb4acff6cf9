SELECT group_concat(coalesce(state, '-')) = 'paid,open,open,void,-' FROM (SELECT state FROM invoice ORDER BY id);
SELECT count(*) = 1 FROM _moult_done WHERE kind = 'step' AND object = 'states';
