/* SPDX-License-Identifier: MIT */
/* sequence.c: see sequence.h. */
#include "run/sequence.h"

#include "live/connect.h"

/* What AUTOINCREMENT remembers: ids up to here were given out, also of rows that are gone. */
struct mark {
	const char *name; /* in the goal */
	long long last;
};

static long long read_mark(struct arena *arena, struct session *session, const char *table)
{
	const char *sql = mo_arena_format(
		arena, "SELECT seq FROM sqlite_sequence WHERE name = %Q COLLATE NOCASE", table);

	return sql ? mo_query_integer(session->db, sql, -1, NULL) : -1;
}

int mo_sequence_read(struct list *marks, struct arena *arena, struct session *session,
		     const struct plan *plan)
{
	const struct diff *diff = plan->diff;

	for (int i = 0; i < diff->goal->objects[KIND_TABLE].count; i++) {
		const struct table *table = diff->goal->objects[KIND_TABLE].items[i];
		const char *former = mo_diff_former_table(diff, table->object.name);
		const struct table *have = mo_schema_table(diff->have, former);
		const struct move *move = mo_plan_move(plan, table->object.name);
		struct mark *mark;

		if (!have || !mo_table_autoincrement(have) || !mo_table_autoincrement(table) ||
		    (move && move->way == WAY_CREATE))
			continue;
		mark = mo_arena_make(arena, struct mark);
		if (!mark)
			return mo_diag_memory(&session->m->diags);
		mark->name = table->object.name;
		mark->last = read_mark(arena, session, former);
		mo_list_add(arena, marks, mark);
	}
	return MOULT_OK;
}

int mo_sequence_check(const struct list *marks, struct arena *arena, struct session *session)
{
	for (int i = 0; i < marks->count; i++) {
		const struct mark *mark = marks->items[i];
		const long long last = read_mark(arena, session, mark->name);

		if (last < mark->last)
			return mo_diag(
				&session->m->diags, DIAG_RUN010, NULL, mark->name,
				"table %s has given out ids up to %lld, and would forget it; rolled back",
				mark->name, mark->last);
	}
	return MOULT_OK;
}
