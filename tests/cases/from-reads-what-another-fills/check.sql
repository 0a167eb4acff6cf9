SELECT group_concat(id || name || country) = '1Basel1,2Bern1,3Rome2' FROM (SELECT * FROM city ORDER BY id);
SELECT group_concat(id || coalesce(city, '-') || country) = '12CH,21CH,33IT,4-IT' FROM (SELECT * FROM place ORDER BY id);
