SELECT group_concat(id || a || b) = '11100,22200,31100' FROM (SELECT * FROM t ORDER BY id);
SELECT group_concat(k || coalesce(b, '-')) = '1-,2p,3q' FROM (SELECT * FROM kept ORDER BY k);
