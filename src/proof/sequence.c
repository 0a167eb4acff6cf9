/* SPDX-License-Identifier: MIT */
/* sequence.c: see sequence.h. */
#include "proof/sequence.h"

#include "base/text.h"
#include "live/connect.h"
#include "plan/row_plan.h"
#include "plan/way_forth.h"

/* What AUTOINCREMENT remembers: ids up to here were given out, also of rows that are gone. */
struct mark {
	const char *name; /* in the goal */
	const char *key;  /* the column of the ids */
	long long last;	  /* before; 0 where none was */
	bool was_there;	  /* the table counted before, maybe from less than its highest row on */
	bool is_written;  /* rows are written, and SQLite counts them */
};

/* The first failure sticks in *rc. */
static long long ask(struct session *session, const char *sql, int *rc)
{
	long long number = 0;

	if (!*rc && !sql)
		*rc = SQLITE_NOMEM;
	if (!*rc)
		number = mo_query_integer(session->db, sql, 0, rc);
	return number > 0 ? number : 0;
}

static long long read_mark(struct arena *arena, struct session *session, const char *table, int *rc)
{
	return ask(session,
		   mo_arena_format(
			   arena,
			   "SELECT seq FROM main.sqlite_sequence WHERE name = %Q COLLATE NOCASE",
			   table),
		   rc);
}

static int failed(struct session *session, int rc, enum diag_id id, const char *table)
{
	return mo_session_diag(session, rc, id, table, "read the marks of AUTOINCREMENT");
}

static bool is_written(const struct move *move)
{
	return move && (move->way == WAY_CREATE || move->way == WAY_REBUILD);
}

/* What was kept of a table that did not count in between; 0: nothing. */
static long long kept_for(struct session *session, const struct plan *plan, const char *table,
			  int *rc)
{
	const struct way_back *way = plan->diff->want->way_back;
	const char *parked = mo_kept_sequence(plan, table);

	for (int i = 0; way && i < way->sequences.count; i++) {
		const struct kept_sequence *kept = way->sequences.items[i];

		if (mo_same_name(kept->table, table))
			return kept->last;
	}
	return parked ? ask(session, mo_arena_format(plan->arena, "SELECT %s", parked), rc) : 0;
}

int mo_sequence_read(struct list *marks, struct arena *arena, struct session *session,
		     const struct plan *plan)
{
	const struct diff *diff = plan->diff;

	EACH (const struct table, table, &diff->goal->objects[KIND_TABLE]) {
		const char *former = mo_diff_former_table(diff, table->object.name);
		const struct table *have = mo_schema_table(diff->have, former);
		const struct move *move = mo_plan_move(plan, table->object.name);
		struct mark *mark;
		int rc = SQLITE_OK;

		if (!mo_table_autoincrement(table))
			continue;
		mark = mo_arena_make(arena, struct mark);
		if (!mark)
			return mo_diag_memory(&session->m->diags);
		mark->name = table->object.name;
		mark->key = mo_table_rowid_column(table)->object.name;
		mark->is_written = is_written(move) || mo_plan_row_plan(plan, table->object.name);
		mark->was_there =
			have && mo_table_autoincrement(have) && !(move && move->way == WAY_CREATE);
		if (mark->was_there)
			mark->last = read_mark(arena, session, former, &rc);
		else
			mark->last = kept_for(session, plan, mark->name, &rc);
		mark->was_there |= mark->last > 0;
		if (rc)
			return failed(session, rc, DIAG_RUN003, former);
		mo_list_add(arena, marks, mark);
	}
	return MOULT_OK;
}

/* Rows that are written may raise it to the highest of them; nothing else does. */
static long long most(const struct mark *mark, struct arena *arena, struct session *session,
		      int *rc)
{
	const long long highest =
		mark->is_written ? ask(session,
				       mo_arena_format(arena, "SELECT max(\"%w\") FROM main.\"%w\"",
						       mark->key, mark->name),
				       rc)
				 : 0;

	return highest > mark->last ? highest : mark->last;
}

int mo_sequence_check(const struct list *marks, struct arena *arena, struct session *session)
{
	EACH (const struct mark, mark, marks) {
		int rc = SQLITE_OK;
		const long long last = read_mark(arena, session, mark->name, &rc);
		const long long highest = most(mark, arena, session, &rc);
		const long long least = mark->was_there ? mark->last : highest;

		if (rc)
			return failed(session, rc, DIAG_RUN010, mark->name);
		if (last < least)
			return mo_session_refute(
				session, DIAG_RUN010, mark->name,
				"table %s has given out ids up to %lld, and would forget it; rolled back",
				mark->name, least);
		if (last > highest)
			return mo_session_refute(
				session, DIAG_RUN010, mark->name,
				"table %s has given out ids up to %lld, and would count on from %lld; rolled back",
				mark->name, highest, last);
	}
	return MOULT_OK;
}
