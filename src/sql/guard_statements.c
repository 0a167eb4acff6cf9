/* SPDX-License-Identifier: MIT */
/* guard_statements.c: see guard_statements.h. */
#include "sql/guard_statements.h"

#include "base/text.h"
#include "sql/write.h"

const char *const mo_sql_guard_drops[3] = {
	"DROP VIEW IF EXISTS \"temp\".\"_moult_shape\"",
	"DROP TABLE IF EXISTS \"temp\".\"_moult_before\"",
	"DROP TABLE IF EXISTS \"temp\".\"_moult_guard\"",
};

/* TEMP stands before TABLE, and main before the name. */
static const char *temp_of(const char *schema)
{
	return mo_same(schema, "temp") ? "TEMP " : "";
}

static const char *main_of(const char *schema)
{
	return mo_same(schema, "temp") ? "" : "main.";
}

char *mo_sql_guard_before(struct arena *arena, const char *schema)
{
	return mo_arena_format(arena, "CREATE %sTABLE %s_moult_before (what TEXT PRIMARY KEY, n)",
			       temp_of(schema), main_of(schema));
}

/* words says what a guard is for; the first of them has that number. */
static char *guard_table(struct arena *arena, const char *schema, const char *if_not,
			 const struct list *words, int first)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(
		out, "CREATE %sTABLE %s%s_moult_guard (\n  step INTEGER PRIMARY KEY,\n  holds",
		temp_of(schema), if_not, main_of(schema));
	for (int i = 0; i < words->count; i++)
		sqlite3_str_appendf(out,
				    ",\n  CONSTRAINT \"%w\"\n    CHECK (step <> %d OR holds IS 1)",
				    (const char *)words->items[i], first + i);
	sqlite3_str_appendall(out, "\n)");
	return mo_arena_take(arena, out);
}

char *mo_sql_guard_table(struct arena *arena, const char *schema, const struct list *words)
{
	return guard_table(arena, schema, "", words, 1);
}

char *mo_sql_guard_table_again(struct arena *arena, int number, const char *words)
{
	struct list one = {0};

	mo_list_add(arena, &one, words);
	return guard_table(arena, "temp", "IF NOT EXISTS ", &one, number);
}

char *mo_sql_guard(struct arena *arena, const char *schema, int number, const char *condition,
		   bool is_last)
{
	return mo_arena_format(arena, "INSERT OR %s INTO %s._moult_guard VALUES (%d, (%s))",
			       is_last ? "ROLLBACK" : "ABORT", schema, number, condition);
}

char *mo_sql_guard_view(struct arena *arena, const char *shape)
{
	return mo_arena_format(arena, "CREATE TEMP VIEW _moult_shape AS\n%s", shape);
}

char *mo_sql_guard_count(struct arena *arena, const char *schema, const char *what,
			 const char *query)
{
	return mo_arena_format(arena, "INSERT INTO %s._moult_before VALUES (%Q, (%s))", schema,
			       what, query);
}

char *mo_sql_guard_counts(struct arena *arena, const char *schema, const char *query)
{
	return mo_arena_format(arena, "INSERT INTO %s._moult_before\n%s", schema, query);
}

/* Every table has one. */
static const char *written_column(const struct table *table)
{
	EACH (const struct column, column, &table->columns)
		if (!column->generated.text)
			return column->object.name;
	return NULL;
}

char *mo_sql_guard_lock(struct arena *arena, const struct table *table, enum event event)
{
	static const char *const begin[] = {[EVENT_INSERT] = "INSERT INTO ",
					    [EVENT_DELETE] = "DELETE FROM ",
					    [EVENT_UPDATE] = "UPDATE "};
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, begin[event]);
	mo_write_name(out, table->object.name);
	if (event == EVENT_UPDATE)
		sqlite3_str_appendall(out, " SET ");
	if (event == EVENT_INSERT)
		sqlite3_str_appendall(out, "(");
	if (event != EVENT_DELETE)
		mo_write_name(out, written_column(table));
	if (event == EVENT_UPDATE)
		sqlite3_str_appendall(out, " = NULL");
	if (event == EVENT_INSERT)
		sqlite3_str_appendall(out, ") SELECT NULL");
	sqlite3_str_appendall(out, " WHERE 0");
	return mo_arena_take(arena, out);
}

char *mo_sql_guard_shape(struct arena *arena, const char *what, const char *shape)
{
	return mo_arena_format(
		arena,
		"INSERT INTO main._moult_before\n"
		"SELECT %Q, coalesce(group_concat(line, char(10)), '') FROM (\n%s\n)",
		what, shape);
}

const char *const mo_sql_guard_leaves[2] = {
	"DROP TABLE main._moult_before",
	"DROP TABLE main._moult_guard",
};

const char mo_sql_guard_defer[] = "PRAGMA defer_foreign_keys = ON";

const char mo_sql_guard_no_changes[] = "DELETE FROM temp._moult_guard WHERE 0";

char *mo_sql_guard_has_rows(struct arena *arena, const char *work, const char *query)
{
	return mo_arena_format(arena,
			       "(SELECT count(*) FROM main.\"%w\") > 0 OR NOT EXISTS (\n%s\n)",
			       work, query);
}

char *mo_sql_guard_has_inserted(struct arena *arena, const char *query, bool may_stop)
{
	if (!query)
		return mo_arena_text(arena, "changes() > 0");
	return mo_arena_format(arena,
			       may_stop ? "changes() = (SELECT count(*) FROM (\n%s\n))"
					: "changes() > 0 OR NOT EXISTS (\n%s\n)",
			       query);
}

const char mo_sql_guard_savepoint[] = "SAVEPOINT _moult";

const char mo_sql_guard_step_table[] = "CREATE TEMP TABLE IF NOT EXISTS _moult_step (ran)";

char *mo_sql_guard_step_trigger(struct arena *arena, const char *statement)
{
	return mo_arena_format(arena,
			       "CREATE TEMP TRIGGER _moult_run AFTER INSERT ON temp._moult_step\n"
			       "BEGIN\n%s\nUPDATE _moult_step SET ran = 1;\nEND",
			       statement);
}

const char mo_sql_guard_step_run[] = "INSERT INTO temp._moult_step VALUES (0)";

const char mo_sql_guard_step_ran[] = "(SELECT ran FROM temp._moult_step) = 1";

const char *const mo_sql_guard_step_drops[2] = {
	"DROP TRIGGER temp._moult_run",
	"DROP TABLE temp._moult_step",
};
