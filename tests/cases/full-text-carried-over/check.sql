SELECT rowid = 7 FROM idx WHERE idx MATCH 'run';
SELECT group_concat(rowid || quote(title) || quote(words) || quote(more)) = '7''a''''running''NULL,9NULL''5''NULL' FROM idx;
