SELECT group_concat(rowid) = '5' FROM page_find WHERE page_find MATCH 'jumping';
SELECT group_concat(rowid) = '1' FROM page_old WHERE page_old MATCH 'title:running note:none';
SELECT count(*) = 0 FROM page_old WHERE page_old MATCH 'red';
SELECT count(*) = 2 FROM page_new WHERE page_new MATCH 'none';
SELECT group_concat(title) = 'the running fox,a jumping dog' FROM page;
