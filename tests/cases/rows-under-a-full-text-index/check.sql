SELECT group_concat(code || name) = 'aalder,ddamson,minecherry' FROM (SELECT * FROM "ga ß" ORDER BY code);
SELECT count(*) = 0 FROM find WHERE find MATCH 'apple OR beech';
SELECT group_concat(name) = 'alder,cherry,damson' FROM (SELECT name FROM find WHERE find MATCH 'alder OR cherry OR damson' ORDER BY name);
