/* SPDX-License-Identifier: MIT */
/* distinct.c: see distinct.h. */
#include "digest/distinct.h"

#include <string.h>

#include "digest/affinity.h"
#include "digest/row.h"
#include "pages/pages.h"

#define LEAST_ROOM 1024

/* ---- the hashes ---------------------------------------------------------------------------- */

/* A whole real that an integer equals is taken for it. */
static struct value worth_of(const struct value *value)
{
	const bool may_be_whole = value->type == SQLITE_FLOAT &&
				  value->real >= -MO_BEYOND_INTEGERS &&
				  value->real < MO_BEYOND_INTEGERS;

	if (may_be_whole && (double)(sqlite3_int64)value->real == value->real)
		return (struct value){.type = SQLITE_INTEGER,
				      .integer = (sqlite3_int64)value->real};
	return *value;
}

static uint64_t hash_of(const struct value *values, size_t count)
{
	struct row_hash row;
	uint64_t hash;

	mo_row_begin(&row);
	for (size_t i = 0; i < count; i++) {
		const struct value worth = worth_of(&values[i]);

		mo_row_value(&row, &worth);
	}
	hash = mo_row_end(&row).low;
	return hash ? hash : 1; /* 0 is a free slot */
}

/* False where it is there already. */
static bool put(struct distinct *distinct, uint64_t hash)
{
	size_t at = hash & (distinct->room - 1);

	for (; distinct->slots[at]; at = (at + 1) & (distinct->room - 1))
		if (distinct->slots[at] == hash)
			return false;
	distinct->slots[at] = hash;
	return true;
}

static int make_room(struct distinct *distinct)
{
	const size_t had = distinct->room;
	uint64_t *old = distinct->slots;
	uint64_t *slots;

	if (distinct->count * 2 < had)
		return SQLITE_OK;
	distinct->room = had ? had * 2 : LEAST_ROOM;
	slots = sqlite3_malloc64(distinct->room * sizeof(*slots));
	if (!slots) {
		distinct->room = had;
		return SQLITE_NOMEM;
	}
	memset(slots, 0, distinct->room * sizeof(*slots));
	distinct->slots = slots;
	for (size_t i = 0; i < had; i++)
		if (old[i])
			put(distinct, old[i]);
	sqlite3_free(old);
	return SQLITE_OK;
}

void mo_distinct_done(struct distinct *distinct)
{
	sqlite3_free(distinct->slots);
	*distinct = (struct distinct){0};
}

static void give_up(struct distinct *distinct)
{
	mo_distinct_done(distinct);
	distinct->is_given_up = true;
}

static int climb(struct distinct *distinct, const struct value *value, size_t count)
{
	distinct->has_fallen = count != 1 || value->type != SQLITE_INTEGER ||
			       (distinct->has_last && value->integer <= distinct->last);
	distinct->has_last = true;
	distinct->last = value->integer;
	return distinct->has_fallen ? MO_ODD : SQLITE_OK;
}

int mo_distinct_add(struct distinct *distinct, const struct value *values, size_t count)
{
	if (distinct->is_ascent)
		return climb(distinct, values, count);
	distinct->is_given_up |= distinct->count == MO_DISTINCT_MOST;
	if (!distinct->is_given_up && make_room(distinct))
		return SQLITE_NOMEM;
	if (!distinct->is_given_up && put(distinct, hash_of(values, count)))
		distinct->count++;
	else
		give_up(distinct);
	return SQLITE_OK;
}

/* ---- the function --------------------------------------------------------------------------- */

#define MOST_VALUES 64

static void step(sqlite3_context *context, int count, sqlite3_value **from)
{
	struct distinct *distinct = sqlite3_aggregate_context(context, sizeof(*distinct));
	struct value values[MOST_VALUES];
	int rc = distinct ? SQLITE_OK : SQLITE_NOMEM;

	if (!rc && (count < 2 || count > MOST_VALUES))
		give_up(distinct);
	for (int i = 1; !rc && i < count && !distinct->is_given_up; i++)
		rc = mo_affinity_apply(&values[i - 1], from[i], 'B') ? SQLITE_NOMEM : SQLITE_OK;
	if (!rc)
		rc = mo_distinct_add(distinct, values, (size_t)count - 1);
	if (rc)
		sqlite3_result_error_nomem(context);
}

static void end(sqlite3_context *context)
{
	struct distinct *distinct = sqlite3_aggregate_context(context, 0);

	if (!distinct || !distinct->is_given_up)
		sqlite3_result_int(context, 1);
	if (distinct)
		mo_distinct_done(distinct);
}

int mo_distinct_register(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, "_moult_distinct", -1,
					  SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
					  NULL, NULL, step, end, NULL);
}

void mo_distinct_unregister(sqlite3 *db)
{
	sqlite3_create_function_v2(db, "_moult_distinct", -1, SQLITE_UTF8, NULL, NULL, NULL, NULL,
				   NULL);
}
