/* SPDX-License-Identifier: MIT */
/* temporary.c: see temporary.h. */
#include "run/temporary.h"

#include "live/connect.h"
#include "sql/mention.h"

static const char query[] =
	"SELECT type, name, sql FROM sqlite_temp_master WHERE type IN ('trigger', 'view')";

/* Whether a text speaks of what the plan moves, by a name of before or of now. */
static bool speaks_of_moved(const struct plan *plan, const char *sql)
{
	for (int i = 0; i < plan->moves.count; i++) {
		const struct move *move = plan->moves.items[i];

		if (move->have &&
		    (mo_mentions(sql, move->former) || mo_mentions(sql, move->have->object.name)))
			return true;
	}
	return false;
}

int mo_temporary_check(const struct plan *plan, struct moult *m, sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
	int result = MOULT_OK;

	while (rc == SQLITE_OK && result == MOULT_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *sql = (const char *)sqlite3_column_text(stmt, 2);

		rc = SQLITE_OK;
		if (!sql || !speaks_of_moved(plan, sql))
			continue;
		result = mo_diag(&m->diags, DIAG_RUN016, NULL,
				 (const char *)sqlite3_column_text(stmt, 1),
				 "the connection has a temporary %s %s on a table that changes",
				 sqlite3_column_text(stmt, 0), sqlite3_column_text(stmt, 1));
		mo_diag_mend(&m->diags, "drop it before the migration, and make it again after");
	}
	sqlite3_finalize(stmt);
	if (result == MOULT_OK && rc != SQLITE_DONE)
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN001, NULL,
				      "read the temporary schema");
	return result;
}
