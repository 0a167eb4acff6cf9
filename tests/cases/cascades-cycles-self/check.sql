SELECT count(*) = 4 FROM folder;
SELECT count(*) = 3 FROM file;
SELECT count(*) = 3 FROM egg;
SELECT egg = 3 AND name = 'Berta' FROM hen WHERE id = 1;
SELECT count(*) = 0 FROM pragma_foreign_key_check;
SELECT "table" = 'folder' FROM pragma_foreign_key_list('folder');
SELECT "table" = 'folder' FROM pragma_foreign_key_list('file');
SELECT sql LIKE '%DEFERRABLE INITIALLY DEFERRED%' FROM sqlite_master WHERE name = 'hen';
