/* SPDX-License-Identifier: MIT */
/* row_state.c: see row_state.h. */
#include "trial/row_state.h"

#include "digest/digest.h"
#include "live/connect.h"
#include "plan/row_plan.h"

static int take_counts(struct row_plan *row_plan, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	if (!rc)
		rc = sqlite3_step(stmt);
	row_plan->is_asked = rc == SQLITE_ROW;
	if (row_plan->is_asked) {
		row_plan->inserts = sqlite3_column_int64(stmt, 0);
		row_plan->updates = sqlite3_column_int64(stmt, 1);
		row_plan->drops = sqlite3_column_int64(stmt, 2);
		row_plan->same = sqlite3_column_int64(stmt, 3);
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int ask(struct row_plan *row_plan, const struct plan *plan, struct moult *m, sqlite3 *db)
{
	const int rc = take_counts(row_plan, db, mo_row_plan_state(plan, row_plan));

	return mo_is_trouble(rc) ? mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003,
						  row_plan->table->object.name, "read the rows")
				 : MOULT_OK;
}

static bool is_as_declared(const struct row_plan *row_plan)
{
	return row_plan->is_asked && !row_plan->inserts && !row_plan->updates && !row_plan->drops;
}

static int ask_marks(bool *is_settled, const struct row_plan *row_plan, const struct plan *plan,
		     struct moult *m, sqlite3 *db)
{
	const char *sql = mo_row_plan_stale(plan, row_plan);
	int rc = SQLITE_OK;

	*is_settled = !sql || mo_query_integer(db, sql, 0, &rc) == 0;
	return mo_is_trouble(rc) ? mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN003,
						  row_plan->table->object.name, "read the rows")
				 : MOULT_OK;
}

int mo_rows_ask(struct plan *plan, struct moult *m, sqlite3 *db, struct arena *arena,
		struct list *settled)
{
	int rc = plan->rows.count && mo_digest_register(db) ? mo_diag_memory(&m->diags) : MOULT_OK;

	for (int i = 0; !rc && i < plan->rows.count; i++) {
		struct row_plan *row_plan = plan->rows.items[i];
		bool is_settled = false;

		if (row_plan->is_settled)
			continue;
		rc = ask(row_plan, plan, m, db);
		if (!rc && is_as_declared(row_plan) && !mo_row_plan_retypes(row_plan))
			rc = ask_marks(&is_settled, row_plan, plan, m, db);
		if (!rc && is_settled)
			mo_list_add(arena, settled,
				    mo_arena_text(arena, row_plan->table->object.name));
	}
	if (plan->rows.count)
		mo_digest_unregister(db);
	return rc;
}

int mo_rows_stay(bool *stay, const struct plan *plan, struct moult *m, sqlite3 *db)
{
	int rc = plan->rows.count && mo_digest_register(db) ? mo_diag_memory(&m->diags) : MOULT_OK;

	*stay = true;
	for (int i = 0; !rc && i < plan->rows.count; i++) {
		struct row_plan now = *(const struct row_plan *)plan->rows.items[i];

		if (!now.is_settled)
			continue;
		rc = ask(&now, plan, m, db);
		*stay &= is_as_declared(&now);
	}
	if (plan->rows.count)
		mo_digest_unregister(db);
	return rc;
}
