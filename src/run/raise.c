/* SPDX-License-Identifier: MIT */
/* raise.c: see raise.h. */
#include "run/raise.h"

#include "base/text.h"
#include "hazard/assess.h"
#include "live/connect.h"
#include "live/watch.h"
#include "plan/query.h"
#include "sql/mention.h"

#define MOST_SAMPLES 5
#define MOST_BEGINNINGS 1000 /* of a query whose rows have no key */
#define MOST_MS 10000	     /* after the first was found; a row may read other tables whole */

struct found {
	struct plan *plan;
	sqlite3 *db;
	sqlite3_str *samples;
	long long count;
	const char *said; /* of the first */
	sqlite3_int64 began;
	bool ended; /* before the last row */
};

bool mo_is_raised(int rc)
{
	return rc && rc != SQLITE_ROW && rc != SQLITE_DONE && !mo_is_trouble(rc);
}

/* A question that is about something else will be asked again, once the rows are corrected. */
bool mo_raise_is_known(const struct plan *plan, const struct hazard *hazard)
{
	EACH (const struct hazard, other, &plan->hazards) {
		if (other == hazard || other->id != DIAG_MF112 || other->count <= 0)
			continue;
		if (!hazard->raises || (other->column && other->table == hazard->table &&
					mo_mentions(hazard->condition, other->column->object.name)))
			return true;
	}
	return false;
}

static void add_row(struct found *found, const char *label)
{
	if (found->count < MOST_SAMPLES && label)
		sqlite3_str_appendf(found->samples, "%s%!.80s", found->count ? ", " : "", label);
	found->count++;
}

/* Who is refused need not wait for the last row in the way. */
static bool is_enough(struct found *found)
{
	found->ended = found->count > 0 && mo_now_ms() - found->began > MOST_MS;
	return found->ended;
}

static const char *column_text(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
}

/* The code of a query of at most one row; its message is kept, if it is the first. */
static int try_row(struct found *found, sqlite3_stmt *stmt)
{
	const int rc = sqlite3_step(stmt);

	if (mo_is_raised(rc) && !found->said)
		found->said = mo_arena_text(found->plan->arena, sqlite3_errmsg(found->db));
	sqlite3_reset(stmt);
	return rc;
}

/* ---- by key ---- */

static int bind_key(sqlite3_stmt *stmt, sqlite3_stmt *keys)
{
	int rc = SQLITE_OK;

	for (int i = 1; stmt && !rc && i < sqlite3_column_count(keys); i++)
		rc = sqlite3_bind_value(stmt, i, sqlite3_column_value(keys, i));
	return rc;
}

static int judge_row(struct found *found, sqlite3_stmt *keys, sqlite3_stmt *row,
		     sqlite3_stmt *before)
{
	int rc = bind_key(row, keys);

	if (!rc)
		rc = bind_key(before, keys);
	/* Who raised before is not blamed. */
	if (!rc && before) {
		rc = sqlite3_step(before);
		sqlite3_reset(before);
		if (mo_is_raised(rc))
			return SQLITE_OK;
	}
	if (!rc || rc == SQLITE_ROW || rc == SQLITE_DONE)
		rc = try_row(found, row);
	if (mo_is_raised(rc))
		add_row(found, column_text(keys, 0));
	return mo_is_trouble(rc) ? rc : SQLITE_OK;
}

static int find_by_key(struct found *found, const struct row_query *query)
{
	sqlite3_stmt *keys = NULL;
	sqlite3_stmt *row = NULL;
	sqlite3_stmt *before = NULL;
	int rc = sqlite3_prepare_v2(found->db, query->keys, -1, &keys, NULL);

	if (!rc)
		rc = sqlite3_prepare_v2(found->db, query->row, -1, &row, NULL);
	if (!rc && query->before)
		rc = sqlite3_prepare_v2(found->db, query->before, -1, &before, NULL);
	while (!rc && !is_enough(found) && (rc = sqlite3_step(keys)) == SQLITE_ROW)
		rc = judge_row(found, keys, row, before);
	sqlite3_finalize(keys);
	sqlite3_finalize(row);
	sqlite3_finalize(before);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- by number ---- */

/* Whether rows come as they are found, so that one can be told by its number. */
static bool is_in_sequence(const char *query)
{
	static const char *const words[] = {"order",	 "group", "distinct", "union", "except",
					    "intersect", "limit", "with",     "over",  "values"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (mo_mentions(query, words[i]))
			return false;
	return true;
}

/* The first column of the row of that number, which the others do not spoil; else its number. */
static const char *name_row(struct found *found, const char *query, const char *column,
			    long long number)
{
	struct arena *arena = found->plan->arena;
	const char *value =
		column ? mo_query_text(
				 arena, found->db,
				 mo_arena_format(arena,
						 "SELECT quote(%s) FROM (%s) LIMIT 1 OFFSET %lld",
						 mo_query_name(arena, column), query, number),
				 NULL)
		       : NULL;

	return value ? mo_arena_format(arena, "%s %s", column, value)
		     : mo_arena_format(arena, "row %lld", number + 1);
}

/* From a row on to the next that fails; *number is its, and -1 where there is none. */
static int next_raising(long long *number, struct found *found, sqlite3_stmt *stmt, long long from)
{
	int rc;

	sqlite3_bind_int64(stmt, 1, from);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		from++;
	*number = mo_is_raised(rc) ? from : -1;
	if (*number >= 0 && !found->said)
		found->said = mo_arena_text(found->plan->arena, sqlite3_errmsg(found->db));
	sqlite3_reset(stmt);
	return mo_is_trouble(rc) ? rc : SQLITE_OK;
}

static int find_by_number(struct found *found, const char *query, bool is_named)
{
	struct arena *arena = found->plan->arena;
	const char *sql = mo_arena_format(arena, "SELECT * FROM (%s) LIMIT -1 OFFSET ?1", query);
	sqlite3_stmt *stmt = NULL;
	const char *column;
	long long number = -1;
	int rc = sqlite3_prepare_v2(found->db, sql, -1, &stmt, NULL);

	if (rc || !is_in_sequence(query)) {
		sqlite3_finalize(stmt);
		return rc;
	}
	column = is_named ? mo_arena_text(arena, sqlite3_column_name(stmt, 0)) : NULL;
	for (int i = 0; !rc && i < MOST_BEGINNINGS && !is_enough(found); i++) {
		rc = next_raising(&number, found, stmt, number + 1);
		if (number < 0)
			break;
		add_row(found, found->count < MOST_SAMPLES ? name_row(found, query, column, number)
							   : NULL);
	}
	sqlite3_finalize(stmt);
	return rc;
}

/* ---- the finding ---- */

static int find(struct found *found, const struct hazard *hazard)
{
	struct row_query query;

	if (hazard->by_rows)
		return find_by_number(found, hazard->count_sql, true);
	if (!hazard->table)
		return SQLITE_OK;
	query = mo_query_rows(found->plan, hazard->table, hazard->condition, hazard->raised_before);
	return query.keys ? find_by_key(found, &query) : find_by_number(found, query.row, false);
}

int mo_raise_find(struct plan *plan, struct hazard *hazard, sqlite3 *db)
{
	struct found found = {
		.plan = plan, .db = db, .samples = sqlite3_str_new(NULL), .began = mo_now_ms()};
	const char *first = mo_arena_text(plan->arena, sqlite3_errmsg(db));
	int rc = find(&found, hazard);
	const char *samples = mo_arena_take(plan->arena, found.samples);

	if (mo_is_trouble(rc))
		return rc;
	hazard->asked = true;
	hazard->sample_sql = NULL;
	/* What nobody can be found for is one row all the same, unless each raised before. */
	hazard->count = found.count || hazard->raised_before ? found.count : 1;
	hazard->samples = samples && *samples ? samples : NULL;
	if (hazard->id != DIAG_MF112)
		hazard->hint = MO_HINT_RAISING;
	hazard->id = DIAG_MF112;
	hazard->message = mo_arena_format(plan->arena, "%s: %s%s", hazard->raises,
					  found.said ? found.said : first,
					  found.ended ? "; not all rows were looked at" : "");
	return SQLITE_OK;
}
