SELECT group_concat(code) = 'CH,IT' FROM (SELECT code FROM country ORDER BY code);
