/* SPDX-License-Identifier: MIT */
/* stays.c: see stays.h. */
#include "proof/stays.h"

#include "base/text.h"
#include "live/connect.h"
#include "plan/query.h"

bool mo_stays_is_taken_over(struct arena *arena, const struct plan *plan, const struct move *move,
			    const char *column)
{
	EACH (const struct source, source, &move->sources) {
		const char *former;

		if (!mo_same_name(source->want->object.name, column))
			continue;
		if (!source->have || source->have->generated.text || source->is_generated ||
		    source->is_unpredictable)
			return false;
		former = mo_diff_former_column(plan->diff, move->have->object.name,
					       source->have->object.name);
		return mo_same(source->expected, mo_query_name(arena, former));
	}
	return false;
}

/* A rowid is in the digest under a name of its own, or as the column that it is on both sides. */
bool mo_stays_has_rowids(struct arena *arena, const struct plan *plan, const struct move *move)
{
	const struct column *have = mo_table_rowid_column(move->have);
	const struct column *want = mo_table_rowid_column(move->want);

	if (have && want)
		return mo_same_name(have->object.name, want->object.name) &&
		       mo_stays_is_taken_over(arena, plan, move, want->object.name);
	return !have && !want && move->rowid_want;
}

static int read_keys(bool *same, struct arena *arena, sqlite3 *db, const struct plan *plan,
		     const struct move *move, const char *index)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, db, "index_xinfo", index);

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *column = (const char *)sqlite3_column_text(stmt, MO_INDEX_XINFO_NAME);

		if (sqlite3_column_int(stmt, MO_INDEX_XINFO_KEY))
			*same = *same && column &&
				mo_stays_is_taken_over(arena, plan, move, column);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int mo_stays_read(struct list *names, bool *all, struct arena *arena, sqlite3 *db,
		  const struct plan *plan, const struct move *move)
{
	const bool same_rowids = mo_stays_has_rowids(arena, plan, move);
	sqlite3_stmt *stmt = NULL;
	int rc = mo_pragma_prepare(&stmt, db, "index_list", move->want->object.name);

	*all = true;
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = mo_arena_text(
			arena, (const char *)sqlite3_column_text(stmt, MO_INDEX_LIST_NAME));
		const bool is_made =
			mo_same((const char *)sqlite3_column_text(stmt, MO_INDEX_LIST_ORIGIN), "c");
		bool same = same_rowids;

		rc = name ? SQLITE_OK : SQLITE_NOMEM;
		if (rc || (is_made && !mo_names_have(&move->stays, name)))
			continue;
		rc = read_keys(&same, arena, db, plan, move, name);
		if (same)
			mo_list_add(arena, names, name);
		*all = *all && same;
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}
