SELECT group_concat(volume || word, ';') = '60area 60;200area 200' FROM box;
SELECT count(*) = 3 AND sum(typeof(h) = 'text') = 3 FROM box;
