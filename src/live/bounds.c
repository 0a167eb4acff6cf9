/* SPDX-License-Identifier: MIT */
/* bounds.c: see bounds.h. */
#include "live/bounds.h"

#include <string.h>

#include "live/connect.h"
#include "live/watch.h"

#define LONGEST_VALUE (1 << 20) /* bytes */
#define PAGES "16384"		/* of 4 KiB */
#define INSTRUCTIONS_A_CALL 1000
#define MOST_CALLS 20000 /* twenty million instructions */
#define MOST_MS 5000

static int tick(void *context)
{
	struct bounds *bounds = context;
	const moult_progress progress = {bounds->phase, NULL, "steps", bounds->calls, -1};

	if (++bounds->calls > MOST_CALLS || mo_now_ms() > bounds->until_ms)
		bounds->over = true;
	return bounds->over || !mo_goes_on(bounds->m, &progress);
}

/*
 * A format with a width of a thousand million is one instruction, which nothing breaks off; its
 * value means nothing to a schema.
 */
static void give_format(sqlite3_context *context, int count, sqlite3_value **values)
{
	if (count)
		sqlite3_result_value(context, values[0]);
}

static void hold_printf(sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	sqlite3_create_function(db, "printf", -1, flags, NULL, give_format, NULL, NULL);
	if (sqlite3_libversion_number() >= 3038000)
		sqlite3_create_function(db, "format", -1, flags, NULL, give_format, NULL, NULL);
}

void mo_bounds_put(struct bounds *bounds, struct moult *m, sqlite3 *db, const char *phase)
{
	*bounds = (struct bounds){.m = m, .phase = phase};
	mo_exec(db, "PRAGMA main.max_page_count = " PAGES);
	hold_printf(db);
	mo_bounds_begin(bounds, db, "");
	sqlite3_progress_handler(db, INSTRUCTIONS_A_CALL, tick, bounds);
}

void mo_bounds_begin(struct bounds *bounds, sqlite3 *db, const char *sql)
{
	const size_t length = strlen(sql);

	bounds->calls = 0;
	bounds->over = false;
	bounds->until_ms = mo_now_ms() + MOST_MS;
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH,
		      length > LONGEST_VALUE ? (int)length : LONGEST_VALUE);
}

const char *mo_bounds_passed(const struct bounds *bounds, int rc)
{
	switch (rc & 0xff) {
	case SQLITE_INTERRUPT:
		return bounds->over ? "it does not come to an end" : NULL;
	case SQLITE_TOOBIG:
		return "it makes a value of more than a megabyte";
	case SQLITE_FULL:
		return "it fills more memory than a schema takes";
	default:
		return NULL;
	}
}
