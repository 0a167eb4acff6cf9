/* SPDX-License-Identifier: MIT */
/* temporary.c: see temporary.h. */
#include "run/temporary.h"

#include "base/text.h"
#include "live/connect.h"
#include "sql/mention.h"

static const char query[] = "SELECT type, name, sql FROM sqlite_temp_master WHERE sql IS NOT NULL";

/* Whether a text speaks of what the plan moves, by a name of before or of now. */
static bool speaks_of_moved(const struct plan *plan, const char *sql)
{
	EACH (const struct move, move, &plan->moves) {
		if (move->have &&
		    (mo_mentions(sql, move->former) || mo_mentions(sql, move->have->object.name)))
			return true;
	}
	return false;
}

static bool has_name(const struct schema *schema, const char *name)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (mo_schema_find(schema, (enum kind)kind, name))
			return true;
	return mo_schema_is_shadow(schema, name);
}

/*
 * A name without a schema is looked for in temp first: the plan would read or write what is there.
 */
static bool hides(const struct plan *plan, const char *name)
{
	EACH (const struct move, move, &plan->moves)
		if (mo_same_name(move->work, name))
			return true;
	return has_name(plan->diff->have, name) || has_name(plan->diff->goal, name);
}

/* Why an object of the temp schema is in the way; NULL where it is not. */
static const char *why_in_the_way(const struct plan *plan, const char *type, const char *name,
				  const char *sql)
{
	if (hides(plan, name))
		return "has the name of something in the file, and hides it";
	return (mo_same(type, "trigger") || mo_same(type, "view")) && speaks_of_moved(plan, sql)
		       ? "speaks of a table that changes"
		       : NULL;
}

int mo_temporary_check(const struct plan *plan, struct moult *m, sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	int result = MOULT_OK;

	while (!rc && result == MOULT_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *type = (const char *)sqlite3_column_text(stmt, 0);
		const char *name = (const char *)sqlite3_column_text(stmt, 1);
		const char *sql = (const char *)sqlite3_column_text(stmt, 2);
		const char *why = name && sql ? why_in_the_way(plan, type, name, sql) : NULL;

		rc = SQLITE_OK;
		if (!why)
			continue;
		result = mo_diag(&m->diags, DIAG_RUN016, NULL, name,
				 "the temporary %s %s of the connection %s", type, name, why);
		mo_diag_hint(&m->diags, "drop it before the migration, and make it again after");
	}
	sqlite3_finalize(stmt);
	if (result == MOULT_OK && rc != SQLITE_DONE)
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN001, NULL,
				      "read the temporary schema");
	return result;
}
