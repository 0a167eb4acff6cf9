SELECT typeof(raw) = 'blob' FROM sample WHERE id = 1;
SELECT typeof(raw) = 'text' FROM sample WHERE id = 2;
SELECT typeof(raw) = 'integer' FROM sample WHERE id = 3;
SELECT typeof(watts) = 'real' FROM sample WHERE id = 2;
