SELECT group_concat(c) = 'x!,y!' FROM t;
SELECT integrity_check = 'ok' FROM pragma_integrity_check;
