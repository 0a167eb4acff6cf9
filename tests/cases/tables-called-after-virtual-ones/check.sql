SELECT group_concat(typeof(a) || a) = 'integer7' FROM msg_info;
SELECT group_concat(a) = '8' FROM msg_docsize;
SELECT rowid = 3 FROM note WHERE note MATCH 'jumping';
SELECT group_concat(typeof(hits) || hits) = 'integer5' FROM log_stat;
SELECT group_concat(a) = '9' FROM box_rows;
SELECT group_concat(day) = 'kept' FROM kept;
SELECT count(*) = 1 FROM sqlite_master WHERE name = 'late_stat';
