-- SPDX-License-Identifier: MIT
--
-- shape.sql: the query of shape.h, as it runs by itself on SQLite 3.26 and later.
--
-- shape.c fills it in and takes out what is not needed:
--
--	/*=name*/ ... /*=*/	a value; what stands between is an example
--	/*?name*/ ... /*?*/	a part that is there only with that value
--
-- Columns, keys and references are what SQLite's pragmas say, so that no spelling
-- matters.  What they do not show (CHECK, COLLATE, AUTOINCREMENT, ON CONFLICT, DEFERRED,
-- generated expressions, STRICT, WITHOUT ROWID) stands only in the text of a table;
-- indexes, views, triggers and virtual tables are their text.  A recursive query cuts
-- these texts into tokens: comments and spaces go, names lose their quotes and their
-- case.  It takes one token a turn: what was left of the text the turn before, without
-- what is left now, is the token.
--
-- A row of the query is copied at every turn, so none holds a text whole:
--
--	CREATE VIEW v AS SELECT a, b FROM t WHERE ...
--	                 |<-- rest -->|e             a window, which is moved where a token touches its
--	                                             end, and widened until the whole token is in it
--
-- and what is kept is a line as soon as it is long.  The lines of one text begin alike
-- and are numbered, so that those of two texts cannot change places.
--
-- A DEFAULT and a type are what the pragma says, in tokens: with comments in them, and some
-- releases give a DEFAULT with the comment that follows it, or without the + in front.
--
-- What a document leaves out is left out here too, and a name is a name in single quotes too,
-- where only a name can stand: ASC in an index, BEFORE, FOR EACH ROW and main. in the head of a
-- trigger, COLLATE BINARY of a column.  A head ends at WHEN, BEGIN, AS and WHERE, and all
-- behind counts.
--
-- A table of the file could hide such a pragma: one that is called pragma_... is a line
-- of a kind that no shape has, so that the file is none that a script or unit knows.
--
-- pragma_table_xinfo is there from 3.26; until 3.31 no column was hidden.  GENERATED
-- ALWAYS at the end of a type is cut by some releases only, so both words go.
--
-- The order of the lines must be one in every encoding, and BINARY is that of the bytes
-- as the file has them: of UTF-16 another than of UTF-8.  RTRIM is compared in UTF-8.

WITH RECURSIVE
/*?shadows*/shadow(owner, name, text, renamed) AS (
 VALUES /*=shadows*/('t', 't_content', '', '')/*=*/),
/*?*/own(type, name, sql, at) AS (
 SELECT type, lower(name), sql, rowid FROM main.sqlite_master AS m
  WHERE sql <> '' AND substr(lower(name), 1, 7) <> 'sqlite_'
   AND /*=not_own*/1/*=*//*?shadows*/
   AND NOT EXISTS (SELECT 1 FROM shadow AS s, main.sqlite_master AS v
    WHERE s.name = lower(m.tbl_name) AND lower(v.name) = s.owner AND upper(substr(v.sql, 1, 15)) = 'CREATE VIRTUAL '
     AND (s.text = '' OR m.sql IN (s.text, s.renamed)))/*?*//*?closed*/
   AND NOT EXISTS (SELECT 1 FROM main.sqlite_master AS v, main.sqlite_master AS t
    WHERE lower(v.name) IN (/*=closed*/lower('t')/*=*/) AND upper(substr(v.sql, 1, 15)) = 'CREATE VIRTUAL '
     AND t.name = m.tbl_name AND t.type = 'table' AND t.rootpage > 0
     AND substr(lower(t.name), 1, length(v.name) + 1) = lower(v.name) || '_')/*?*//*=ignored*/
   AND (lower(name) NOT GLOB lower('x*'))/*=*/),
plain(t) AS (
 SELECT name FROM own WHERE type = 'table' AND upper(substr(sql, 1, 15)) <> 'CREATE VIRTUAL '),
ascii(all_of) AS (
 SELECT char(9, 10, 12, 13) || ' !"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'),
-- what names are made of: the letters beyond ASCII are those that the file has
letter(rest, one) AS (
 SELECT ltrim(sql, (SELECT all_of FROM ascii)), '' FROM main.sqlite_master WHERE ltrim(sql, (SELECT all_of FROM ascii)) <> ''
 UNION ALL
 SELECT ltrim(replace(rest, substr(rest, 1, 1), ''), (SELECT all_of FROM ascii)), substr(rest, 1, 1) FROM letter WHERE rest <> ''),
letters(all_of) AS (
 SELECT 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$' || ifnull(group_concat(one, ''), '')
  FROM (SELECT DISTINCT one FROM letter)),
-- texts in tokens: t the one at hand, w the one before, d how deep it stands, m the least of that in an
-- expression, but for the parentheses that it begins and ends with, k whether it is kept
-- (of what is no table, whether its head is past), h the first of its item, o what is kept so far and is no line yet, p how many lines of it there are;
-- rest is a window on a text of n characters and ends before the one numbered e; a token near its end is
-- read again in a longer one, since it may be cut off there, and what it is hangs on what follows it
word(id, parts, at, n, e, rest, was, t, w, d, m, k, h, o, p) AS (
 SELECT type || ' ' || name, CASE type WHEN 'table' THEN name IN plain ELSE 0 END, at, length(sql), 257,
  substr(sql, 1, 256), '', '', '', 0, 99, 0, '', '', 0
  FROM own
 UNION ALL
 SELECT 'default ' || t || '.' || lower(c.name), 0, 0, 0, 1, c.dflt_value, '', '', '', 0, 99, 0, '', '', 0
  FROM plain, /*=info*/main.pragma_table_xinfo/*=*/(plain.t, 'main') AS c WHERE c.dflt_value <> ''
 UNION ALL
 SELECT 'type ' || t || '.' || lower(c.name), 0, 0, 0, 1, c.type, '', '', '', 0, 99, 0, '', '', 0
  FROM plain, /*=info*/main.pragma_table_xinfo/*=*/(plain.t, 'main') AS c WHERE c.type <> ''
 UNION ALL
 SELECT id, parts, at, n,
  CASE WHEN length(ltrim(rest, char(9, 10, 12, 13, 32))) < 9 AND was <> '' AND e <= n THEN e + length(was) + 256 ELSE e END,
  CASE WHEN length(ltrim(rest, char(9, 10, 12, 13, 32))) < 9 AND was <> '' AND e <= n THEN
   (SELECT substr(sql, e - length(was), length(was) * 2 + 256) FROM main.sqlite_master WHERE rowid = at)
   ELSE substr(rest, 1 + CASE substr(rest, 1, 1)
   WHEN '''' THEN 1 + instr(replace(substr(rest, 2), '''''', '  ') || '''', '''')
   WHEN '"' THEN 1 + instr(replace(substr(rest, 2), '""', '  ') || '"', '"')
   WHEN '`' THEN 1 + instr(replace(substr(rest, 2), '``', '  ') || '`', '`')
   WHEN '[' THEN instr(rest || ']', ']')
   WHEN '-' THEN CASE substr(rest, 2, 1) WHEN '-' THEN instr(rest || char(10), char(10)) ELSE 1 END
   WHEN '/' THEN CASE substr(rest, 2, 1) WHEN '*' THEN 3 + instr(substr(rest, 3) || '*/', '*/') ELSE 1 END
   ELSE max(1, length(rest) - length(ltrim(rest, char(9, 10, 12, 13, 32))), length(rest) -
    length(ltrim(rest, (SELECT all_of FROM letters)))) END) END,
  CASE WHEN length(ltrim(rest, char(9, 10, 12, 13, 32))) < 9 AND was <> '' AND e <= n THEN '' ELSE rest END,
  CASE WHEN (length(ltrim(rest, char(9, 10, 12, 13, 32))) < 9 AND e <= n) OR substr(was, 1, 2) IN ('--', '/*') THEN ''
   WHEN substr(was, 1, 1) = '''' AND NOT (CASE t WHEN '' THEN w ELSE t END = 'collate' OR
    (NOT k AND CASE d + (t = '(') - (t = ')')
     WHEN 0 THEN CASE t WHEN '' THEN w ELSE t END IN ('table', 'index', 'view', 'trigger', 'using', 'on', 'of', ',', '.')
     WHEN 1 THEN CASE t WHEN '' THEN w ELSE t END IN ('(', ',') AND (parts OR id GLOB 'view *' OR (id GLOB 'index *' AND
      (substr(ltrim(rest, char(9, 10, 12, 13, 32)), 1, 1) IN (',', ')') OR
       substr(ltrim(rest, char(9, 10, 12, 13, 32)), 1, 2) IN ('--', '/*') OR
       lower(substr(ltrim(rest, char(9, 10, 12, 13, 32)), 1, 4)) IN ('desc', 'coll') OR
       lower(substr(ltrim(rest, char(9, 10, 12, 13, 32)), 1, 4)) GLOB 'asc[^0-9_a-z]'))) END))
    THEN substr(was, 1, length(was) - length(rest))
   WHEN substr(was, 1, 1) IN ('''', '"', '`', '[') THEN
    (SELECT CASE WHEN name IN ('', 'as', 'when', 'where', 'true', 'false', 'collate', 'constraint', 'check', 'autoincrement', 'deferrable', 'not') THEN '"' || name || '"' ELSE name END FROM
     (SELECT CASE substr(was, 1, 1) WHEN '[' THEN lower(substr(was, 2, length(was) - length(rest) - 2))
       ELSE replace(lower(substr(was, 2, length(was) - length(rest) - 2)), substr(was, 1, 1) || substr(was, 1, 1), substr(was, 1, 1)) END AS name))
   WHEN NOT parts AND NOT k AND CASE lower(substr(was, 1, length(was) - length(rest)))
    WHEN 'asc' THEN d + (t = '(') - (t = ')') = 1 AND id GLOB 'index *' AND CASE t WHEN '' THEN w ELSE t END NOT IN ('(', ',')
     AND (substr(ltrim(rest, char(9, 10, 12, 13, 32)), 1, 1) IN (',', ')') OR
      substr(ltrim(rest, char(9, 10, 12, 13, 32)), 1, 2) IN ('--', '/*'))
    WHEN 'main' THEN CASE t WHEN '' THEN w ELSE t END = 'on' AND id GLOB 'trigger *'
     AND substr(ltrim(rest, char(9, 10, 12, 13, 32)), 1, 1) = '.'
    WHEN '.' THEN id GLOB 'trigger *'
    WHEN 'generated' THEN id GLOB 'type *'
    WHEN 'always' THEN id GLOB 'type *'
    ELSE lower(substr(was, 1, length(was) - length(rest))) IN ('before', 'for', 'each', 'row') AND id GLOB 'trigger *'
     AND CASE t WHEN '' THEN w ELSE t END NOT IN ('trigger', 'of', ',', 'on', '.', 'when', 'begin') END THEN ''
   ELSE lower(trim(substr(was, 1, length(was) - length(rest)), char(9, 10, 12, 13, 32))) END,
  CASE t WHEN '' THEN w WHEN 'deferrable' THEN w || ' deferrable' WHEN 'initially' THEN w || ' initially' ELSE t END,
  d + (t = '(') - (t = ')'),
  CASE WHEN t = '' OR t = ')' OR (t = '(' AND m = 99 AND (k OR NOT parts)) THEN m WHEN parts AND d = 1 THEN 99 ELSE min(m, d) END,
  CASE WHEN NOT parts THEN k OR (d = 0 AND t IN ('when', 'begin', 'as', 'where') AND w NOT IN ('index', 'view', 'trigger', 'of', ',', 'on', '.'))
   WHEN d = 1 AND t = '(' THEN w IN ('check', 'as') WHEN d = 2 AND t = ')' THEN 0 ELSE k END,
  CASE WHEN t <> '' AND d = 1 AND w IN ('(', ',') THEN t ELSE h END,
  CASE WHEN t = '' THEN o
   WHEN (k OR NOT parts) AND length(o) > 500 THEN substr(o, 1, 60) || ' .. ' || (p + 1) || ' ' || t
   WHEN k OR NOT parts THEN o || ' ' || t
   WHEN d = 1 AND t = '(' AND w = 'check' THEN 'check ('
   WHEN d = 1 AND t = '(' AND w = 'as' THEN h || ' as (' ELSE '' END,
  CASE WHEN k OR NOT parts THEN p + (t <> '' AND length(o) > 500) ELSE 0 END
  FROM word WHERE rest <> '' OR was <> '' OR t <> ''),
line(line) AS (
 SELECT 'table ' || t FROM plain/*?hides*/
 UNION ALL
 SELECT 'hides ' || lower(name) FROM main.sqlite_master WHERE substr(lower(name), 1, 7) = 'pragma_'
  AND type IN ('table', 'view')/*?*/
 UNION ALL
 SELECT id || ':' || CASE WHEN NOT parts AND p = 0 AND id GLOB 'default *' THEN
    CASE WHEN m BETWEEN 1 AND 98 THEN substr(o, 1 + 2 * m, length(o) - 4 * m) WHEN o GLOB ' + *' THEN substr(o, 3) ELSE o END
   WHEN NOT parts THEN o
   WHEN k AND p = 0 AND d = 2 AND t = ')' AND m BETWEEN 3 AND 98 THEN ' ' || CASE WHEN o GLOB 'check (*' THEN 'check ('
     || substr(o, 4 + 2 * m, length(o) + 1 - 4 * m) ELSE h || ' as (' || substr(o, length(h) + 2 + 2 * m, length(o) - length(h) + 3 - 4 * m) END || ' )'
   WHEN k THEN ' ' || o || CASE WHEN d = 2 AND t = ')' THEN ' )' ELSE '' END
   WHEN w = 'collate' THEN ' ' || h || ' collate ' || t
   WHEN w = 'conflict' THEN ' ' || h || ' conflict ' || t ELSE ' ' || t END
  FROM word
  WHERE CASE WHEN k OR NOT parts THEN (t <> '' AND length(o) > 500) OR (parts AND d = 2 AND t = ')')
    OR (NOT parts AND rest = '' AND was = '' AND t = '' AND o <> '' AND NOT (o = ' null' AND id GLOB 'default *'))
   ELSE (d = 1 AND t <> '' AND ((w = 'collate' AND t <> 'binary') OR (w = 'conflict' AND t IN ('rollback', 'fail', 'ignore', 'replace'))))
    OR (t = 'autoincrement' AND w <> 'constraint') OR (t = 'deferred' AND w <> 'not deferrable initially')
    OR (d = 0 AND (t = 'strict' OR (w = 'without' AND t <> ''))) END
 UNION ALL
 SELECT 'column ' || t || '.' || lower(c.name) || ': ' ||
   c."notnull" || ' ' || c.pk || /*=hidden*/' ' || c.hidden/*=*//*=order*//*=*/
  FROM plain, /*=info*/main.pragma_table_xinfo/*=*/(plain.t, 'main') AS c
 UNION ALL
 SELECT 'key ' || t || ':' || CASE i.origin WHEN 'c' THEN ' ' || lower(i.name) ELSE '' END || ' ' ||
   i."unique" || ' ' || i.partial || (SELECT group_concat(' ' || ifnull(lower(x.name), x.cid) || ' ' ||
    x."desc" || ' ' || lower(x.coll), ',') FROM main.pragma_index_xinfo(i.name, 'main') AS x WHERE x.key)
  FROM plain, main.pragma_index_list(plain.t, 'main') AS i
 UNION ALL
 SELECT 'reference ' || t || ': ' || lower(f."table") || ' ' || lower(f.on_update) || ' ' ||
   lower(f.on_delete) || (SELECT group_concat(' ' || lower(g."from") || ' ' || ifnull(lower(g."to"), ''), ',')
    FROM main.pragma_foreign_key_list(plain.t, 'main') AS g WHERE g.id = f.id)
  FROM plain, main.pragma_foreign_key_list(plain.t, 'main') AS f WHERE f.seq = 0)
SELECT replace(line, char(10), '\n') AS line FROM line ORDER BY 1 COLLATE RTRIM, length(line)
