SELECT typeof(v) = 'real' AND w IS '007' FROM kv WHERE k = 'a';
SELECT count(*) = 0 FROM log;
