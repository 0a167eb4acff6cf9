SELECT group_concat(id || street || coalesce(city, '-') || country) = '1HighBaselCH,2HighBernCH,3Main-CH'
  FROM (SELECT * FROM address ORDER BY id);
SELECT group_concat(coalesce(address, '-')) = '3,3,2,-,1' FROM (SELECT * FROM orders ORDER BY id);
SELECT count(*) = 2 FROM _moult_done;
