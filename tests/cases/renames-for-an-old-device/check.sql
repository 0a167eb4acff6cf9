SELECT group_concat(name) = 'Ada,Bo' FROM (SELECT name FROM customer ORDER BY id);
SELECT total = 15.5 FROM spent WHERE name = 'Ada';
SELECT "table" = 'customer' AND "from" = 'customer_id' FROM pragma_foreign_key_list('sale');
SELECT "table" = 'customer' AND "from" = 'cust' FROM pragma_foreign_key_list('ord');
SELECT count(*) = 3 FROM sale;
SELECT group_concat(rowid || day) = '52002,72001' FROM (SELECT rowid, day FROM ord ORDER BY rowid);
SELECT seq = 9 FROM sqlite_sequence WHERE name = 'customer';
SELECT count(*) = 1 FROM sqlite_sequence;
