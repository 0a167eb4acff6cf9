SELECT group_concat(name) = 'Ada,Bo' FROM (SELECT name FROM customer ORDER BY id);
SELECT total = 15.5 FROM spent WHERE name = 'Ada';
SELECT "table" = 'customer' AND "from" = 'customer_id' FROM pragma_foreign_key_list('ord');
SELECT count(*) = 3 FROM ord;
