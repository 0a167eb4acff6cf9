SELECT group_concat(id || kind || number || name || coalesce(mail, '-') || coalesce(phone, '-'))
    = '1customer1Annaa@x-,2customer2Ben--,3supplier1Anna-555,4supplier7Zoe-777' FROM (SELECT * FROM party ORDER BY id);
SELECT group_concat(coalesce(party, '-')) = '2,1,-' FROM (SELECT * FROM invoice ORDER BY id);
SELECT group_concat(party) = '4,3' FROM (SELECT * FROM delivery ORDER BY id);
