SELECT rowid = 1 FROM page_find WHERE page_find MATCH 'running';
SELECT rowid = 5 FROM page_old WHERE page_old MATCH 'jumping';
