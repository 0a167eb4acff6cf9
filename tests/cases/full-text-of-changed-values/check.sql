SELECT count(*) = 0 FROM page_find WHERE page_find MATCH '007';
SELECT rowid = 1 FROM page_find WHERE page_find MATCH '1007';
SELECT rowid = 5 FROM page_old WHERE page_old MATCH 'nothing';
SELECT count(*) = 1 FROM page_old WHERE page_old MATCH 'running';
