SELECT rowid = 2 FROM found;
SELECT docid = 1 FROM find4 WHERE find4 MATCH 'snake';
