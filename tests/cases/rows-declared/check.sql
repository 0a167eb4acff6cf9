SELECT group_concat(code || ' ' || name || ' ' || n, ',') = 'AT Austria 7,CH Switzerland 9,FR France 68,LI Liechtenstein 39000' FROM (SELECT * FROM country ORDER BY code);
SELECT group_concat(quote(id) || quote(name) || quote(country)) = '3''Bern''''CH'',4''Vaduz''''LI'',100NULL''AT''' FROM town;
SELECT seq = 100 FROM sqlite_sequence WHERE name = 'town';
SELECT group_concat(quote(word) || quote(part) || quote(flag)) = '''open''1NULL,''open''2X''00FF''' FROM state;
