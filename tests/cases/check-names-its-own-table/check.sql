SELECT (SELECT group_concat(id || age || twice || note) = '1612n6,2816n8' FROM t) AND (SELECT count(*) = 2 FROM child);
