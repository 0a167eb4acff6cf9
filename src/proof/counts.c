/* SPDX-License-Identifier: MIT */
/* counts.c: see counts.h. */
#include "proof/counts.h"

#include <stdlib.h>
#include <string.h>

#include "digest/on_pages.h"
#include "live/connect.h"
#include "plan/query.h"
#include "plan/row_plan.h"

/*
 * What is known of a table before the change.  One that is written anew is counted, too: what its
 * rows must be is the plan's own question, and its number may not hang on that.
 */
struct count {
	const char *name; /* in the goal */
	const char *former;
	long long rows;
	long long promised; /* by a digest; -1 where there is none */
	bool is_copied;
};

/* A table that is copied is read off the pages; of others there may be thousands, most of them small. */
static long long ask(struct session *session, struct arena *arena, const char *sql, bool is_copied,
		     int *rc)
{
	*rc = sql ? SQLITE_OK : SQLITE_NOMEM;
	if (!*rc && is_copied)
		*rc = mo_digest_find(&sql, arena, session->db, sql, NULL);
	return *rc ? -1 : mo_query_integer(session->db, sql, -1, rc);
}

static bool lacks_name(struct session *session, int rc)
{
	return (rc & 0xff) == SQLITE_ERROR && mo_lacks_name(sqlite3_errmsg(session->db));
}

/*
 * The rows are the same through the table itself where an index needs a
 * collation that the connection does not know.  A table without rowid that is
 * sorted so cannot be read, nor written: it has -1 before and after.
 */
static long long count_rows(struct arena *arena, struct session *session, const char *table,
			    bool is_copied, int *rc)
{
	long long rows =
		ask(session, arena, mo_query_count_file(arena, table, NULL), is_copied, rc);

	if (lacks_name(session, *rc))
		rows = ask(session, arena, mo_query_count_rows(arena, table), is_copied, rc);
	if ((*rc & 0xff) == SQLITE_ERROR && mo_is_unsortable(sqlite3_errmsg(session->db)))
		*rc = SQLITE_OK;
	return rows;
}

/*
 * Where others write on, nothing may take the time of all rows: what no step writes has the rows
 * that it had, by the guard, and what was copied beside the writers is proven already.
 */
static bool must_count(const struct plan *plan, const char *table)
{
	return !plan->facts.ready.count ||
	       (mo_plan_writes(plan, table) && !mo_plan_is_ready(plan, table));
}

/*
 * They were counted just before, when the rows were asked: those that will be copied (ML101), and those
 * whose digest was taken then.
 */
static long long rows_before(struct arena *arena, struct session *session, const struct plan *plan,
			     const struct count *count, int *rc)
{
	const struct move *move = mo_plan_move(plan, count->name);
	const long long rows = count->is_copied	      ? mo_plan_rows(plan, count->name)
			       : move && move->digest ? move->rows
						      : -1;

	return rows >= 0 ? rows : count_rows(arena, session, count->former, count->is_copied, rc);
}

int mo_counts_read(struct list *counts, struct arena *arena, struct session *session,
		   const struct plan *plan)
{
	const struct list *tables = &plan->diff->goal->objects[KIND_TABLE];
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < tables->count; i++) {
		const struct object *table = tables->items[i];
		const struct move *move = mo_plan_move(plan, table->name);
		struct count *count;

		if ((move && !move->have) || mo_plan_row_plan(plan, table->name) ||
		    !must_count(plan, table->name))
			continue;
		count = mo_arena_make(arena, struct count);
		if (!count)
			return mo_diag_memory(&session->m->diags);
		count->name = table->name;
		count->former = mo_diff_former_table(plan->diff, table->name);
		count->promised = -1;
		count->is_copied = move && mo_move_copies(move);
		count->rows = rows_before(arena, session, plan, count, &rc);
		mo_list_add(arena, counts, count);
	}
	return !rc ? MOULT_OK : mo_session_diag(session, rc, DIAG_RUN003, NULL, "count the rows");
}

void mo_counts_promise(const struct list *counts, const char *table, const char *digest)
{
	const char *colon = strrchr(digest, ':');

	EACH (struct count, count, counts)
		if (colon && count->name == table)
			count->promised = strtoll(colon + 1, NULL, 10);
}

int mo_counts_compare(const struct list *counts, struct arena *arena, struct session *session,
		      const struct plan *plan)
{
	int rc = SQLITE_OK;

	EACH (const struct count, count, counts) {
		long long rows;

		if (plan && mo_plan_data_writes(plan, count->name, true))
			continue;
		rows = count->promised;
		if (plan || rows < 0)
			rows = count_rows(arena, session, count->name, count->is_copied, &rc);
		if (rc)
			return mo_session_diag(session, rc, DIAG_RUN010, count->name,
					       "count the rows");
		if (rows != count->rows)
			return mo_session_refute(
				session, DIAG_RUN010, count->name,
				"table %s had %lld rows and would have %lld; rolled back",
				count->name, count->rows, rows);
	}
	return MOULT_OK;
}
