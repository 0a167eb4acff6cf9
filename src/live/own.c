/* SPDX-License-Identifier: MIT */
/* own.c: see live/own.h. */
#include "live/own.h"

#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "sql/normal.h"
#include "sql/own_table.h"

static const char query[] =
	"SELECT type, name, tbl_name, sql, 0 FROM main.sqlite_master"
	" UNION ALL SELECT type, name, tbl_name, sql, 1 FROM sqlite_temp_master";

/* A row of the query. */
struct row {
	const char *type;
	const char *name;
	const char *table;
	const char *sql;
	bool is_temporary;
};

static bool has_own_text(const struct own_table *own, const char *sql, struct arena *arena)
{
	const char *norm = mo_sql_piece(arena, sql).norm;

	for (int i = 0; own->texts[i]; i++)
		if (mo_same(norm, mo_sql_piece(arena, own->texts[i]).norm))
			return true;
	return false;
}

static bool is_own(const struct own_table *own, const struct row *row, struct arena *arena)
{
	if (row->is_temporary)
		return false;
	if (!row->sql)
		return mo_same(row->type, "index"); /* that SQLite made for a key */
	return mo_same(row->type, "table") && strcmp(row->name, own->name) == 0 &&
	       has_own_text(own, row->sql, arena);
}

static int refuse(const struct own_table *own, const struct row *row, struct diags *diags)
{
	const char *schema = row->is_temporary ? "temp" : "main";

	if (mo_same_name(row->name, own->name)) {
		mo_diag(diags, DIAG_RUN037, NULL, row->name,
			"the %s %s.%s is not the table that moult makes under this name", row->type,
			schema, row->name);
		mo_diag_hint(diags, "%srename it, or drop it",
			     mo_same(row->type, "table")
				     ? "if a newer moult has made it, take that one; else "
				     : "");
	} else {
		mo_diag(diags, DIAG_RUN037, NULL, row->name,
			"the %s %s.%s stands on %s, a table of moult's own", row->type, schema,
			row->name, own->name);
		mo_diag_hint(diags, "drop it: nothing but moult may act on that table");
	}
	return MOULT_TROUBLE;
}

/* A trigger may have the name of a table without being in its way. */
static const struct own_table *concerned(const struct row *row)
{
	const struct own_table *own = mo_own_table(row->table);

	return own || mo_same(row->type, "trigger") ? own : mo_own_table(row->name);
}

static int judge_row(sqlite3_stmt *stmt, struct arena *arena, struct diags *diags)
{
	const struct row row = {.type = (const char *)sqlite3_column_text(stmt, 0),
				.name = (const char *)sqlite3_column_text(stmt, 1),
				.table = (const char *)sqlite3_column_text(stmt, 2),
				.sql = (const char *)sqlite3_column_text(stmt, 3),
				.is_temporary = sqlite3_column_int(stmt, 4) != 0};
	const struct own_table *own = row.name && row.table ? concerned(&row) : NULL;

	return !own || is_own(own, &row, arena) ? MOULT_OK : refuse(own, &row, diags);
}

static int judge(sqlite3 *db, struct arena *arena, struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	int result = MOULT_OK;

	while (!rc && result == MOULT_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		result = judge_row(stmt, arena, diags);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	if (mo_arena_rc(arena))
		return mo_diag_memory(diags);
	if (result == MOULT_OK && rc != SQLITE_DONE)
		result = mo_diag_sqlite(diags, db, rc, DIAG_RUN003, NULL, "read the schema");
	return result;
}

/* It is asked in each of many short transactions: what it takes, it gives back. */
int mo_own_judge(sqlite3 *db, struct diags *diags)
{
	struct arena *arena = mo_arena_new();
	const int rc = arena ? judge(db, arena, diags) : mo_diag_memory(diags);

	mo_arena_free(arena);
	return rc;
}
