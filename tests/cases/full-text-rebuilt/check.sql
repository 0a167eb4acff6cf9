SELECT rowid = 1 FROM page_find WHERE page_find MATCH 'run';
SELECT rowid = 5 FROM page_find WHERE page_find MATCH 'jump';
SELECT count(*) = 1 FROM own WHERE own MATCH 'kept';
