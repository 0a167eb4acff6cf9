/* SPDX-License-Identifier: MIT */
/* way_sequence.c: see way_sequence.h. */
#include "back/way_sequence.h"

#include "live/connect.h"
#include "sql/way_back_table.h"

#define LABEL "table " MO_WAY_BACK_TABLE

/* Whether the table that has its rows afterwards, if any, counts on by itself. */
static bool counts_on(const struct plan *plan, const struct table *table)
{
	const char *name = mo_diff_present_table(plan->diff, table->object.name);
	const struct table *after = mo_schema_table(plan->diff->goal, name);
	const struct move *move = mo_plan_move(plan, name);

	return after && mo_table_autoincrement(after) && !(move && move->way == WAY_CREATE);
}

static int read_one(struct list *sequences, struct arena *arena, sqlite3_stmt *stmt,
		    const struct table *table)
{
	int rc = sqlite3_bind_text(stmt, 1, table->object.name, -1, SQLITE_STATIC);

	if (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct kept_sequence *kept = mo_arena_make(arena, struct kept_sequence);

		if (kept)
			*kept = (struct kept_sequence){mo_arena_text(arena, table->object.name),
						       sqlite3_column_int64(stmt, 0)};
		if (kept && kept->last > 0)
			mo_list_add(arena, sequences, kept);
		rc = SQLITE_DONE;
	}
	sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int mo_way_sequences_read(struct list *sequences, struct arena *arena, sqlite3 *db,
			  const struct plan *plan, struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	int rc = SQLITE_OK;

	EACH (const struct table, table, &plan->diff->have->objects[KIND_TABLE]) {
		if (rc || !mo_table_autoincrement(table) || counts_on(plan, table))
			continue;
		if (!stmt)
			rc = sqlite3_prepare_v2(db, mo_sql_sequence_last, -1, &stmt, NULL);
		if (!rc)
			rc = read_one(sequences, arena, stmt, table);
	}
	sqlite3_finalize(stmt);
	if (rc)
		return mo_diag_sqlite(diags, db, rc, DIAG_RUN001, LABEL,
				      "read the marks of AUTOINCREMENT");
	return mo_arena_rc(arena) ? mo_diag_memory(diags) : MOULT_OK;
}
