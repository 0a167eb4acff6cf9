SELECT i = 9007199254740993 AND length(CAST(t AS BLOB)) = 3 FROM zoo WHERE id = 1;
SELECT typeof(i) = 'text' AND typeof(b) = 'blob' FROM zoo WHERE id = 2;
SELECT typeof(b) = 'text' AND t = '007' FROM zoo WHERE id = 3;
SELECT length(b) = 5000 FROM zoo WHERE id < 0;
