/* SPDX-License-Identifier: MIT */
/*
 * moult_schema_sql.c: a schema as SQL that makes a new file of it.
 *
 *	a document		the steps of its plan from nothing, which fill tables, too
 *	a database, a script	the text of each object, and the rows that it was asked for
 *
 * A file may have what SQLite here does not understand, and is written all the same.
 */
#include "base/text.h"
#include "live/input.h"
#include "moult_private.h"
#include "run/migrate.h"
#include "sql/declared.h"
#include "sql/done_table.h"
#include "sql/write.h"

static void write_statement(sqlite3_str *out, const char *sql)
{
	if (sql)
		sqlite3_str_appendf(out, "%s;\n", sql);
}

/* ---- a document ------------------------------------------------------------------------------- */

/* Whether a step writes rows, which foreign keys would judge one at a time. */
static bool fills(const struct plan *plan)
{
	EACH (const struct step, step, &plan->steps)
		if (step->kind == STEP_COPY || step->kind == STEP_ROWS)
			return true;
	return false;
}

static void write_plan(sqlite3_str *out, const struct plan *plan)
{
	if (fills(plan))
		write_statement(out, "PRAGMA foreign_keys = OFF");
	EACH (const struct step, step, &plan->steps)
		if (step->kind != STEP_REQUIRE)
			write_statement(out, step->sql);
}

static int write_document(sqlite3_str *out, moult *m, const moult_schema *schema)
{
	struct hop hop = {NULL, NULL, NULL};
	const int rc = mo_hop_from_nothing(&hop, m, schema, NULL);

	if (!rc)
		write_plan(out, hop.plan);
	mo_hop_done(&hop);
	return rc;
}

/* ---- a database, a script --------------------------------------------------------------------- */

/* Behind the triggers, which fire for them as in a file that apply makes. */
static void write_rows(sqlite3_str *out, struct arena *arena, const struct schema *model)
{
	for (int i = 0; i < model->rows.count; i++) {
		const struct rows *rows = model->rows.items[i];
		const struct table *table = mo_schema_table(model, rows->table);
		struct declared *declared =
			table && rows->rows.count
				? mo_declared_make(arena, rows, table, "_moult_rows")
				: NULL;

		if (!declared || mo_arena_rc(arena))
			continue;
		write_statement(out, mo_sql_done_create);
		write_statement(out, mo_sql_declared_create(arena, declared));
		for (int at = 0; at < rows->rows.count && !mo_arena_rc(arena);)
			write_statement(out, mo_sql_declared_fill(arena, declared, &at));
		for (int set = 1; set <= declared->sets.count; set++) {
			write_statement(out, mo_sql_declared_insert(arena, declared, set));
			write_statement(out, mo_sql_declared_remember(arena, declared, set));
		}
		write_statement(out, mo_sql_declared_remember_all(arena, declared));
		write_statement(out, mo_sql_drop(arena, KIND_TABLE, "_moult_rows"));
	}
}

static void write_numbers(sqlite3_str *out, const struct pragmas *pragmas)
{
	if (pragmas->has_user_version && pragmas->user_version)
		sqlite3_str_appendf(out, "PRAGMA user_version = %d;\n", pragmas->user_version);
	if (pragmas->has_application_id && pragmas->application_id)
		sqlite3_str_appendf(out, "PRAGMA application_id = %d;\n", pragmas->application_id);
}

static int write_stored(sqlite3_str *out, moult *m, const struct schema *schema)
{
	static const enum kind order[] = {KIND_TABLE, KIND_INDEX, KIND_VIRTUAL, KIND_VIEW,
					  KIND_TRIGGER};
	struct arena *arena = mo_arena_new();
	int rc;

	for (size_t k = 0; arena && k < sizeof(order) / sizeof(*order); k++)
		EACH (const struct object, object, &schema->objects[order[k]])
			write_statement(out, mo_sql_create(arena, object));
	if (arena)
		write_rows(out, arena, schema);
	write_numbers(out, &schema->pragmas);
	rc = arena && !mo_arena_rc(arena) ? MOULT_OK : mo_diag_memory(&m->diags);
	mo_arena_free(arena);
	return rc;
}

/* What holds for a file that has nothing yet, and for ever. */
static void write_encoding(sqlite3_str *out, const struct pragmas *pragmas)
{
	if (pragmas->encoding && !mo_same_name(pragmas->encoding, "UTF-8"))
		sqlite3_str_appendf(out, "PRAGMA encoding = %Q;\n", pragmas->encoding);
}

int moult_schema_sql(moult *m, const moult_schema *schema, moult_write *write, void *context)
{
	sqlite3_str *out;
	int rc = mo_schema_judge(m, schema);

	if (rc)
		return rc;
	out = sqlite3_str_new(NULL);
	write_encoding(out, &mo_as_want(schema)->pragmas);
	rc = schema->document ? write_document(out, m, schema)
			      : write_stored(out, m, schema->stored);
	if (!rc)
		return mo_deliver(m, out, write, context);
	sqlite3_free(sqlite3_str_finish(out));
	return rc;
}
