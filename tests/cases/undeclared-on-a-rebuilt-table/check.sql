SELECT count(*) = 1 FROM sqlite_master WHERE name = 'not_declared';
SELECT extra = 'kept' FROM t;
