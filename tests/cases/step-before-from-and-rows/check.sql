SELECT group_concat(id || name || people) = '1Bern2' FROM city;
SELECT group_concat(quote(id) || quote(city_id) || quote(state)) = '11''open'',21''shut'',3NULLNULL' FROM (SELECT * FROM customer ORDER BY id);
