SELECT rowid = 3 FROM note_fts WHERE note_fts MATCH 'moon';
SELECT count(*) = 2 FROM note_fts;
SELECT rowid = 8 FROM loud_fts WHERE loud_fts MATCH 'sun';
SELECT count(*) = 0 FROM bare_fts WHERE bare_fts MATCH 'moon';
