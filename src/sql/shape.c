/* SPDX-License-Identifier: MIT */
/*
 * shape.c: the query of shape.h.
 *
 * Columns, keys and references are what SQLite's pragmas say, so that no
 * spelling matters.  What they do not show (CHECK, COLLATE, AUTOINCREMENT, ON
 * CONFLICT, DEFERRED, generated expressions, STRICT, WITHOUT ROWID) stands only
 * in the text of a table; indexes, views, triggers and virtual tables are their
 * text.  A recursive query cuts these texts into tokens: comments and spaces
 * go, names lose their quotes and their case.  It takes one token a turn: what
 * was left of the text the turn before, without what is left now, is the token.
 *
 * A row of the query is copied at every turn, so none holds a text whole:
 *
 *	CREATE VIEW v AS SELECT a, b FROM t WHERE ...
 *	                 |<-- rest -->|e             a window, which is moved where a token touches its
 *	                                             end, and widened until the whole token is in it
 *
 * and what is kept is a line as soon as it is long.  The lines of one text begin
 * alike and are numbered, so that those of two texts cannot change places.
 *
 * A DEFAULT is what the pragma says, in tokens: some releases give it with the
 * comment that follows it.
 *
 * A table of the file could hide such a pragma: one that is called pragma_... is a line
 * of a kind that no shape has, so that the file is none that a script or unit knows.
 *
 * pragma_table_xinfo is there from 3.26; until 3.31 no column was hidden.  GENERATED
 * ALWAYS at the end of a type is cut by some releases only, so both words go.
 */
#include "sql/shape.h"

#include "sql/own_table.h"

#define VERSION_TABLE_XINFO 3026000

static const char own[] = "own(type, name, sql, at) AS (\n"
			  " SELECT type, lower(name), sql, rowid FROM main.sqlite_master AS m\n"
			  "  WHERE sql <> '' AND substr(lower(name), 1, 7) <> 'sqlite_'";

/* What a virtual table keeps its content in, while it is there; some only with one of two texts. */
static const char without_shadows[] =
	"\n   AND NOT EXISTS (SELECT 1 FROM shadow AS s, main.sqlite_master AS v\n"
	"    WHERE s.name = lower(m.tbl_name) AND lower(v.name) = s.owner AND upper(substr(v.sql, 1, 15)) = 'CREATE VIRTUAL '\n"
	"     AND (s.text = '' OR m.sql IN (s.text, s.renamed)))";

/*
 * Tables, and what stands on them, that are called after a virtual table whose module nobody knew.
 */
static const char without_closed[] =
	"\n   AND NOT EXISTS (SELECT 1 FROM main.sqlite_master AS v, main.sqlite_master AS t\n"
	"    WHERE lower(v.name) IN (";
static const char of_closed[] =
	") AND upper(substr(v.sql, 1, 15)) = 'CREATE VIRTUAL '\n"
	"     AND t.name = m.tbl_name AND t.type = 'table' AND t.rootpage > 0\n"
	"     AND substr(lower(t.name), 1, length(v.name) + 1) = lower(v.name) || '_')";

static const char texts[] =
	"),\n"
	"plain(t) AS (\n"
	" SELECT name FROM own WHERE type = 'table' AND upper(substr(sql, 1, 15)) <> 'CREATE VIRTUAL '),\n"
	"-- texts in tokens: t the one at hand, w the one before, d how deep it stands, k whether it is kept,\n"
	"-- h the first of its item, o what is kept so far and is no line yet, p how many lines of it there are;\n"
	"-- rest is a window on a text of n characters and ends before the one numbered e\n"
	"word(id, parts, at, n, e, rest, was, t, w, d, k, h, o, p) AS (\n"
	" SELECT type || ' ' || name, CASE type WHEN 'table' THEN name IN plain ELSE 0 END, at, length(sql), 257,\n"
	"  substr(sql, 1, 256), '', '', '', 0, 0, '', '', 0\n"
	"  FROM own\n"
	" UNION ALL\n"
	" SELECT 'default ' || t || '.' || lower(c.name), 0, 0, 0, 1, c.dflt_value, '', '', '', 0, 0, '', '', 0\n"
	"  FROM plain, ";

static const char tokens[] =
	"(plain.t, 'main') AS c WHERE c.dflt_value <> ''\n"
	" UNION ALL\n"
	" SELECT id, parts, at, n,\n"
	"  CASE WHEN rest = '' AND was <> '' AND e <= n THEN e + length(was) + 256 ELSE e END,\n"
	"  CASE WHEN rest = '' AND was <> '' AND e <= n THEN\n"
	"   (SELECT substr(sql, e - length(was), length(was) * 2 + 256) FROM main.sqlite_master WHERE rowid = at)\n"
	"   ELSE substr(rest, 1 + CASE substr(rest, 1, 1)\n"
	"   WHEN '''' THEN 1 + instr(substr(rest, 2) || '''', '''')\n"
	"   WHEN '\"' THEN 1 + instr(substr(rest, 2) || '\"', '\"')\n"
	"   WHEN '`' THEN 1 + instr(substr(rest, 2) || '`', '`')\n"
	"   WHEN '[' THEN instr(rest || ']', ']')\n"
	"   WHEN '-' THEN CASE substr(rest, 2, 1) WHEN '-' THEN instr(rest || char(10), char(10)) ELSE 1 END\n"
	"   WHEN '/' THEN CASE substr(rest, 2, 1) WHEN '*' THEN 3 + instr(substr(rest, 3) || '*/', '*/') ELSE 1 END\n"
	"   ELSE max(1, length(rest) - length(ltrim(rest, char(9, 10, 12, 13, 32))), length(rest) -\n"
	"    length(ltrim(rest, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789'))) END) END,\n"
	"  rest,\n"
	"  CASE WHEN (rest = '' AND e <= n) OR substr(was, 1, 2) IN ('--', '/*') THEN ''\n"
	"   WHEN substr(was, 1, 1) = '''' THEN substr(was, 1, length(was) - length(rest))\n"
	"   WHEN substr(was, 1, 1) IN ('\"', '`', '[') THEN lower(substr(was, 2, length(was) - length(rest) - 2))\n"
	"   ELSE lower(trim(substr(was, 1, length(was) - length(rest)), char(9, 10, 12, 13, 32))) END,\n"
	"  CASE t WHEN '' THEN w ELSE t END,\n"
	"  d + (t = '(') - (t = ')'),\n"
	"  CASE WHEN d = 1 AND t = '(' THEN w IN ('check', 'as') WHEN d = 2 AND t = ')' THEN 0 ELSE k END,\n"
	"  CASE WHEN t <> '' AND d = 1 AND w IN ('(', ',') THEN t ELSE h END,\n"
	"  CASE WHEN t = '' THEN o\n"
	"   WHEN (k OR NOT parts) AND length(o) > 500 THEN substr(o, 1, 60) || ' .. ' || (p + 1) || ' ' || t\n"
	"   WHEN k OR NOT parts THEN o || ' ' || t\n"
	"   WHEN d = 1 AND t = '(' AND w = 'check' THEN 'check ('\n"
	"   WHEN d = 1 AND t = '(' AND w = 'as' THEN h || ' as (' ELSE '' END,\n"
	"  CASE WHEN k OR NOT parts THEN p + (t <> '' AND length(o) > 500) ELSE 0 END\n"
	"  FROM word WHERE rest <> '' OR was <> '' OR t <> ''),\n"
	"line(line) AS (\n"
	" SELECT 'table ' || t FROM plain\n"
	" UNION ALL\n"
	" SELECT 'hides ' || lower(name) FROM main.sqlite_master WHERE substr(lower(name), 1, 7) = 'pragma_'\n"
	"  AND type IN ('table', 'view')\n"
	" UNION ALL\n"
	" SELECT id || ':' || CASE WHEN NOT parts THEN o\n"
	"   WHEN k THEN ' ' || o || CASE WHEN d = 2 AND t = ')' THEN ' )' ELSE '' END\n"
	"   WHEN w = 'collate' THEN ' ' || h || ' collate ' || t\n"
	"   WHEN w = 'conflict' THEN ' ' || h || ' conflict ' || t ELSE ' ' || t END\n"
	"  FROM word\n"
	"  WHERE CASE WHEN k OR NOT parts THEN (t <> '' AND length(o) > 500) OR (k AND d = 2 AND t = ')')\n"
	"    OR (NOT parts AND rest = '' AND was = '' AND t = '' AND NOT (o = ' null' AND id GLOB 'default *'))\n"
	"   ELSE (d = 1 AND t <> '' AND (w = 'collate' OR (w = 'conflict' AND t <> 'abort')))\n"
	"    OR t IN ('autoincrement', 'deferred')\n"
	"    OR (d = 0 AND (t = 'strict' OR (w = 'without' AND t <> ''))) END\n"
	" UNION ALL\n"
	" SELECT 'column ' || t || '.' || lower(c.name) || ': ' ||\n"
	"   replace(replace(replace(upper(c.type), ' ', ''), 'GENERATED', ''), 'ALWAYS', '') || ' ' ||\n"
	"   c.\"notnull\" || ' ' || c.pk || ";

static const char columns[] = "\n  FROM plain, ";

/*
 * The order must be one in every encoding, and BINARY is that of the bytes as
 * the file has them: of UTF-16 another than of UTF-8.  RTRIM is compared in UTF-8.
 */
static const char keys[] =
	"(plain.t, 'main') AS c\n"
	" UNION ALL\n"
	" SELECT 'key ' || t || ':' || CASE i.origin WHEN 'c' THEN ' ' || lower(i.name) ELSE '' END || ' ' ||\n"
	"   i.\"unique\" || ' ' || i.partial || (SELECT group_concat(' ' || ifnull(lower(x.name), x.cid) || ' ' ||\n"
	"    x.\"desc\" || ' ' || lower(x.coll), ',') FROM main.pragma_index_xinfo(i.name, 'main') AS x WHERE x.key)\n"
	"  FROM plain, main.pragma_index_list(plain.t, 'main') AS i\n"
	" UNION ALL\n"
	" SELECT 'reference ' || t || ': ' || lower(f.\"table\") || ' ' || lower(f.on_update) || ' ' ||\n"
	"   lower(f.on_delete) || (SELECT group_concat(' ' || lower(g.\"from\") || ' ' || ifnull(lower(g.\"to\"), ''), ',')\n"
	"    FROM main.pragma_foreign_key_list(plain.t, 'main') AS g WHERE g.id = f.id)\n"
	"  FROM plain, main.pragma_foreign_key_list(plain.t, 'main') AS f WHERE f.seq = 0)\n"
	"SELECT replace(line, char(10), '\\n') AS line FROM line ORDER BY 1 COLLATE RTRIM, length(line)";

static void write_shadows(sqlite3_str *out, const struct list *shadows)
{
	const char *before = "shadow(owner, name, text, renamed) AS (\n VALUES ";

	EACH (const struct shadow, shadow, shadows) {
		sqlite3_str_appendf(out, "%s(lower(%Q), lower(%Q), %Q, %Q)", before, shadow->owner,
				    shadow->name, shadow->text ? shadow->text : "",
				    shadow->renamed ? shadow->renamed : "");
		before = ",\n  ";
	}
	sqlite3_str_appendall(out, shadows->count ? "),\n" : "");
}

static void write_closed(sqlite3_str *out, const struct list *closed)
{
	if (!closed->count)
		return;
	sqlite3_str_appendall(out, without_closed);
	for (int i = 0; i < closed->count; i++)
		sqlite3_str_appendf(out, "%slower(%Q)", i ? ", " : "",
				    (const char *)closed->items[i]);
	sqlite3_str_appendall(out, of_closed);
}

/* What a document declares is its own, whatever it ignores. */
static void write_declared(sqlite3_str *out, const struct list *names)
{
	for (int i = 0; i < names->count; i++)
		sqlite3_str_appendf(out, "%s lower(%Q)", i ? "," : " OR lower(name) IN (",
				    (const char *)names->items[i]);
	sqlite3_str_appendall(out, names->count ? "))" : ")");
}

char *mo_sql_shape(struct arena *arena, int sqlite, const struct nobodys *nobodys, bool in_order)
{
	const bool has_xinfo = sqlite >= VERSION_TABLE_XINFO;
	const char *info = has_xinfo ? "main.pragma_table_xinfo" : "main.pragma_table_info";
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "WITH RECURSIVE\n");
	write_shadows(out, &nobodys->shadows);
	sqlite3_str_appendf(out, "%s\n   AND %s", own, mo_sql_is_not_own(arena));
	if (nobodys->shadows.count)
		sqlite3_str_appendall(out, without_shadows);
	write_closed(out, &nobodys->closed);
	EACH (const char, glob, &nobodys->ignored) {
		sqlite3_str_appendf(out, "\n   AND (lower(name) NOT GLOB lower(%Q)", glob);
		write_declared(out, &nobodys->declared);
	}
	sqlite3_str_appendf(out, "%s%s%s%s%s%s%s%s", texts, info, tokens,
			    has_xinfo ? "' ' || c.hidden" : "' 0'",
			    in_order ? " || ' ' || c.cid" : "", columns, info, keys);
	return mo_arena_take(arena, out);
}
