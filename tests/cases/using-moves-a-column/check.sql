SELECT group_concat(size) = '5,7' FROM (SELECT size FROM variant ORDER BY photo_id);
