SELECT group_concat(typeof(data), ' ') = 'text integer real real text' FROM (SELECT data FROM foo ORDER BY id);
