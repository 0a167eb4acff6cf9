SELECT typeof(id) = 'text' AND rowid = 5 FROM unit;
SELECT group_concat(name) = 'other' FROM sqlite_sequence;
