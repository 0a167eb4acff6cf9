/* SPDX-License-Identifier: MIT */
/*
 * shape.c: the query of shape.h: shape.sql, filled in.
 */
#include "sql/shape.h"

#include "base/template.h"
#include "sql/own_table.h"

#define VERSION_TABLE_XINFO 3026000

extern const char mo_shape_sql[]; /* shape.sql, by src/embed.sh */

/* What a virtual table keeps its content in, while it is there; some only with one of two texts. */
static char *shadows(struct arena *arena, const struct list *list)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	EACH (const struct shadow, shadow, list) {
		sqlite3_str_appendf(out, "%s(lower(%Q), lower(%Q), %Q, %Q)",
				    shadow == list->items[0] ? "" : ",\n  ", shadow->owner,
				    shadow->name, shadow->text ? shadow->text : "",
				    shadow->renamed ? shadow->renamed : "");
	}
	return mo_arena_take(arena, out);
}

/* Names, as the comparison has them. */
static void write_names(sqlite3_str *out, const struct list *names)
{
	for (int i = 0; i < names->count; i++)
		sqlite3_str_appendf(out, "%slower(%Q)", i ? ", " : "",
				    (const char *)names->items[i]);
}

static char *names(struct arena *arena, const struct list *list)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	write_names(out, list);
	return mo_arena_take(arena, out);
}

/* What a document declares is its own, whatever it ignores. */
static char *ignored(struct arena *arena, const struct nobodys *nobodys)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	EACH (const char, glob, &nobodys->ignored) {
		sqlite3_str_appendf(out, "\n   AND (lower(name) NOT GLOB lower(%Q)", glob);
		if (nobodys->declared.count) {
			sqlite3_str_appendall(out, " OR lower(name) IN (");
			write_names(out, &nobodys->declared);
			sqlite3_str_appendchar(out, 1, ')');
		}
		sqlite3_str_appendchar(out, 1, ')');
	}
	return mo_arena_take(arena, out);
}

char *mo_sql_shape(struct arena *arena, int sqlite, const struct nobodys *nobodys, bool in_order,
		   bool in_five)
{
	const bool has_xinfo = sqlite >= VERSION_TABLE_XINFO;
	const struct template_value values[] = {
		{"shadows", nobodys->shadows.count ? shadows(arena, &nobodys->shadows) : NULL},
		{"not_own", mo_sql_is_not_own(arena)},
		/* Tables, and what stands on them, called after a virtual one whose module nobody knew. */
		{"closed", nobodys->closed.count ? names(arena, &nobodys->closed) : NULL},
		{"ignored", ignored(arena, nobodys)},
		{"info", has_xinfo ? "main.pragma_table_xinfo" : "main.pragma_table_info"},
		{"hidden", has_xinfo ? "' ' || c.hidden" : "' 0'"},
		{"hides", in_five ? NULL : ""},
		{"order", in_order ? " || ' ' || c.cid" : ""},
		{NULL, NULL}};

	return mo_template_fill(arena, mo_shape_sql, values);
}
