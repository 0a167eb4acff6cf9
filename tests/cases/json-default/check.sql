SELECT json_extract("json", '$.arr[2]') = 3 AND l = '[]' FROM "table";
