SELECT group_concat(rowid) = '1' FROM page_find WHERE page_find MATCH 'sleeping';
