SELECT rowid = 3 FROM idx WHERE idx MATCH 'words';
