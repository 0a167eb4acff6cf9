SELECT group_concat(rowid) = '10,700,9000000000' FROM (SELECT rowid FROM note ORDER BY rowid);
SELECT title = 'stars' FROM note WHERE rowid = (SELECT rowid FROM note_find WHERE note_find MATCH 'zenith');
SELECT count(*) = 1 FROM note_find WHERE note_find MATCH 'rowid';
SELECT "notnull" = 1 FROM pragma_table_info('note') WHERE name = 'title';
