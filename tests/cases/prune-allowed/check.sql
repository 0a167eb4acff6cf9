SELECT group_concat(name) = 'android_metadata,app' FROM
  (SELECT name FROM sqlite_master WHERE name NOT LIKE '\_moult%' ESCAPE '\' ORDER BY name);
SELECT age = 5 FROM app;
