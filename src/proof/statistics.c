/* SPDX-License-Identifier: MIT */
/*
 * statistics.c: see statistics.h.
 *
 *	tbl  idx  stat ...          tbl  idx  digest
 *	t    t_a  100 1       -->   t    t_a  8c41...:1
 *	t    t_b  100 4 1           t    t_b  07fe...:1
 *
 * SQLite drops what is said of an index or table with it, and the steps carry
 * along what stays with a table that is written anew or renamed; so of a table
 * that the plan writes any may be missing, and none may be new.
 */
#include "proof/statistics.h"

#include <stdlib.h>

#include "base/text.h"
#include "live/catalogue.h"

static const struct {
	const char *name;
	const char *values; /* what is digested, and the letters for it */
} stat_tables[] = {
	{"sqlite_stat1", "'-', stat"},
	{"sqlite_stat4", "'----', neq, nlt, ndlt, sample"},
};
enum { STAT_TABLES = sizeof(stat_tables) / sizeof(*stat_tables) };

struct statistic {
	int stat_table;
	const char *table;
	const char *index; /* NULL: of the table itself */
	const char *digest;
};

static int take(struct list *statistics, struct arena *arena, int stat_table, sqlite3_stmt *stmt)
{
	struct statistic *statistic = mo_arena_make(arena, struct statistic);
	const char *index = (const char *)sqlite3_column_text(stmt, 1);

	if (!statistic)
		return SQLITE_NOMEM;
	statistic->stat_table = stat_table;
	statistic->table = mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, 0));
	statistic->index = index ? mo_arena_text(arena, index) : NULL;
	statistic->digest = mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, 2));
	mo_list_add(arena, statistics, statistic);
	return mo_arena_rc(arena) ? SQLITE_NOMEM : SQLITE_OK;
}

static int read_table(struct list *statistics, struct arena *arena, sqlite3 *db, int stat_table)
{
	char *sql = mo_arena_format(arena,
				    "SELECT tbl, idx, _moult_digest(%s) FROM main.%s"
				    " WHERE tbl IS NOT NULL GROUP BY tbl, idx",
				    stat_tables[stat_table].values, stat_tables[stat_table].name);
	sqlite3_stmt *stmt = NULL;
	int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = take(statistics, arena, stat_table, stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int compare(const struct statistic *a, const struct statistic *b)
{
	const int order = mo_compare_names(a->table, b->table);

	if (a->stat_table != b->stat_table)
		return a->stat_table - b->stat_table;
	if (order || !a->index || !b->index)
		return order ? order : !!a->index - !!b->index;
	return mo_compare_names(a->index, b->index);
}

static int compare_items(const void *a, const void *b)
{
	return compare(*(const struct statistic *const *)a, *(const struct statistic *const *)b);
}

int mo_statistics_read(struct list *statistics, struct arena *arena, struct session *session)
{
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < STAT_TABLES; i++) {
		bool exists = false;

		rc = mo_catalogue_find(&exists, session->db, stat_tables[i].name);
		if (!rc && exists)
			rc = read_table(statistics, arena, session->db, i);
	}
	if (!rc && statistics->count)
		qsort(statistics->items, (size_t)statistics->count, sizeof(void *), compare_items);
	return !rc ? MOULT_OK
		   : mo_session_diag(session, rc, DIAG_RUN003, NULL, "read the statistics");
}

/* table is the one that it is said of in that list. */
static const struct statistic *look_up(const struct list *statistics,
				       const struct statistic *statistic, const char *table)
{
	const struct statistic wanted = {statistic->stat_table, table, statistic->index, NULL};
	const struct statistic *key = &wanted;
	struct statistic **found = NULL;

	if (statistics->count)
		found = bsearch(&key, statistics->items, (size_t)statistics->count, sizeof(void *),
				compare_items);
	return found ? *found : NULL;
}

static bool is_left_alone(const struct plan *plan, const char *table)
{
	return mo_schema_table(plan->diff->goal, table) && !mo_plan_move(plan, table) &&
	       !mo_plan_writes(plan, table);
}

/* Indexes that are dropped, or become others, take along what is said of them. */
static bool must_stay(const struct plan *plan, const struct statistic *statistic)
{
	const struct diff *diff = plan->diff;

	if (!is_left_alone(plan, statistic->table))
		return false;
	return !statistic->index || !mo_schema_find(diff->have, KIND_INDEX, statistic->index) ||
	       (mo_schema_find(diff->goal, KIND_INDEX, statistic->index) &&
		!mo_plan_change(plan, KIND_INDEX, statistic->index));
}

int mo_statistics_check(const struct list *statistics, struct arena *arena, struct session *session,
			const struct plan *plan)
{
	struct list now = {0};
	int rc = mo_statistics_read(&now, arena, session);

	for (int i = 0; !rc && i < now.count; i++) {
		const struct statistic *after = now.items[i];
		const struct statistic *before =
			look_up(statistics, after, mo_diff_former_table(plan->diff, after->table));

		if (!before || !mo_same(before->digest, after->digest))
			rc = mo_session_refute(
				session, DIAG_RUN010, after->table,
				"the statistics of %s are not what they were; rolled back",
				after->index ? after->index : after->table);
	}
	for (int i = 0; !rc && i < statistics->count; i++) {
		const struct statistic *before = statistics->items[i];

		if (must_stay(plan, before) && !look_up(&now, before, before->table))
			rc = mo_session_refute(session, DIAG_RUN010, before->table,
					       "the statistics of %s would be lost; rolled back",
					       before->index ? before->index : before->table);
	}
	return rc;
}
