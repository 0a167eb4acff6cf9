SELECT group_concat(coalesce(parent, 'none')) = '2,78,none' FROM (SELECT parent FROM child ORDER BY id);
