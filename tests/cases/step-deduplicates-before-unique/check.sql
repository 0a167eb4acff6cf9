SELECT group_concat(id || ' ' || letters) = '1 2,3 1,4 0' FROM (SELECT * FROM human ORDER BY id);
SELECT group_concat(person_id) = '1,3,1' FROM (SELECT * FROM letter ORDER BY id);
