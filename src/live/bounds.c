/* SPDX-License-Identifier: MIT */
/* bounds.c: see bounds.h. */
#include "live/bounds.h"

#include <string.h>

#include "live/connect.h"
#include "live/watch.h"

#define LONGEST_VALUE (1 << 20) /* bytes */
#define MOST_PAGES 16384	/* of 4 KiB, besides one for each CREATE */
#define A_CREATE 40		/* bytes */
#define INSTRUCTIONS_A_CALL 1000
#define MOST_CALLS 20000 /* twenty million instructions */
#define MOST_MS 5000
#define CALLS_A_MS 10	     /* on a slow machine */
#define MOST_BYTES (2 << 20) /* of a script; some 20,000 tables */

static int tick(void *context)
{
	struct bounds *bounds = context;
	const moult_progress progress = {bounds->phase, NULL, "steps", bounds->calls, -1, 0, 0};

	if (++bounds->calls > bounds->most_calls || mo_now_ms() > bounds->until_ms)
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
	hold_printf(db);
	mo_bounds_begin(bounds, db, "");
	sqlite3_progress_handler(db, INSTRUCTIONS_A_CALL, tick, bounds);
}

/*
 * What a long script takes besides: each CREATE goes through the objects that are there, with an
 * instruction for each at most, so n of them take the square of n.
 */
static long long calls_of_creates(size_t length)
{
	const long long creates = (long long)(length < MOST_BYTES ? length : MOST_BYTES) / A_CREATE;

	return creates * creates / INSTRUCTIONS_A_CALL;
}

static void hold_pages(sqlite3 *db, size_t length)
{
	char sql[64];

	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA main.max_page_count = %d",
			 MOST_PAGES +
				 (int)((length < MOST_BYTES ? length : MOST_BYTES) / A_CREATE));
	mo_exec(db, sql);
}

void mo_bounds_begin(struct bounds *bounds, sqlite3 *db, const char *sql)
{
	const size_t length = strlen(sql);
	const long long more = calls_of_creates(length);

	bounds->calls = 0;
	bounds->most_calls = MOST_CALLS + more;
	bounds->over = false;
	bounds->until_ms = mo_now_ms() + MOST_MS + more / CALLS_A_MS;
	hold_pages(db, length);
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
