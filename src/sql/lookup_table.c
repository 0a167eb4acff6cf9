/* SPDX-License-Identifier: MIT */
/* lookup_table.c: see lookup_table.h. */
#include "sql/lookup_table.h"

#include <string.h>

#include "sql/write.h"

static void write_column(sqlite3_str *out, const struct column *column, bool is_number)
{
	mo_write_name(out, column->object.name);
	sqlite3_str_appendall(out, is_number ? " INTEGER PRIMARY KEY"
					     : mo_sql_type_of(column->affinity));
	mo_write_collation(out, column);
	if (column->generated.text)
		sqlite3_str_appendf(out, " AS (%s)", column->generated.text);
}

char *mo_sql_lookup_create(struct arena *arena, const struct table *table, const char *name,
			   bool is_numbered, bool without_key)
{
	const struct column *key = mo_table_rowid_column(table);
	sqlite3_str *out = sqlite3_str_new(NULL);
	int count = 0;

	sqlite3_str_appendall(out, "CREATE TEMP TABLE ");
	mo_write_name(out, name);
	for (int i = 0; i < table->columns.count; i++) {
		const struct column *column = table->columns.items[i];

		if (without_key && column == key)
			continue;
		sqlite3_str_appendall(out, count++ ? ", " : " (");
		write_column(out, column, is_numbered && column == key);
	}
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(arena, out);
}

char *mo_sql_lookup_index(struct arena *arena, const char *name, int number,
			  const struct list *terms)
{
	sqlite3_str *out;

	EACH (const struct term, term, terms)
		if (!term->column)
			return NULL;
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendf(out, "CREATE INDEX temp.\"_moult_key_%d_%w\" ON ", number, name);
	mo_write_name(out, name);
	sqlite3_str_appendall(out, " (");
	mo_write_terms(out, terms);
	sqlite3_str_appendchar(out, 1, ')');
	return mo_arena_take(arena, out);
}

char *mo_sql_lookup_drop(struct arena *arena, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "DROP TABLE temp.");
	mo_write_name(out, name);
	return mo_arena_take(arena, out);
}

char *mo_sql_lookup_in_main(struct arena *arena, const char *sql)
{
	static const char *const heads[][2] = {{"CREATE TEMP TABLE ", "CREATE TABLE "},
					       {"CREATE INDEX temp.", "CREATE INDEX "},
					       {"DROP TABLE temp.", "DROP TABLE "}};

	for (size_t i = 0; sql && i < sizeof(heads) / sizeof(*heads); i++)
		if (!strncmp(sql, heads[i][0], strlen(heads[i][0])))
			return mo_arena_format(arena, "%s%s", heads[i][1],
					       sql + strlen(heads[i][0]));
	return sql ? mo_arena_text(arena, sql) : NULL;
}

char *mo_sql_in_temp(struct arena *arena, const char *create)
{
	return create ? mo_arena_format(arena, "CREATE TEMP%s", create + strlen("CREATE")) : NULL;
}

char *mo_sql_leave_temp(struct arena *arena, const char *name)
{
	return mo_arena_format(arena, "DROP TABLE IF EXISTS temp.\"%w\"", name);
}
