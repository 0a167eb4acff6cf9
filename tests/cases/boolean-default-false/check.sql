SELECT col2 = 0 AND typeof(col2) = 'integer' FROM table1;
