SELECT (length(sql) - length(replace(sql, 'CHECK', ''))) / length('CHECK') = 3 FROM sqlite_master WHERE name = 'sample';
