/* SPDX-License-Identifier: MIT */
/*
 * history.c: see history.h.  Reading tries the query and takes "no such table"
 * and "no such column" for an answer: the table may be another program's, or
 * of a version of ours that did not know a column yet.
 */
#include "run/history.h"

#include <string.h>
#include <time.h>

#include "live/connect.h"
#include "sql/own.h"

static void utc_now(char text[32])
{
	const time_t now = time(NULL);
	struct tm parts;

	text[0] = 0;
	if (gmtime_r(&now, &parts))
		strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* The first failure sticks in *rc. */
static void bind_text(sqlite3_stmt *stmt, int *rc, int at, const char *text)
{
	if (!*rc)
		*rc = sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

static void bind_integer(sqlite3_stmt *stmt, int *rc, int at, long long value)
{
	if (!*rc)
		*rc = sqlite3_bind_int64(stmt, at, value);
}

static int bind_row(sqlite3_stmt *stmt, const struct history *history, const char *at)
{
	int rc = SQLITE_OK;

	bind_integer(stmt, &rc, 1, MO_HISTORY_FORMAT);
	bind_text(stmt, &rc, 2, at);
	bind_text(stmt, &rc, 3, MOULT_VERSION);
	bind_text(stmt, &rc, 4, history->plan);
	bind_text(stmt, &rc, 5, history->document);
	bind_text(stmt, &rc, 6, history->shape_before);
	bind_text(stmt, &rc, 7, history->shape_after);
	bind_integer(stmt, &rc, 8, history->user_version_before);
	bind_integer(stmt, &rc, 9, history->user_version_after);
	bind_integer(stmt, &rc, 10, history->statements);
	bind_integer(stmt, &rc, 11, history->rows_copied);
	bind_integer(stmt, &rc, 12, history->elapsed_ms);
	bind_text(stmt, &rc, 13, history->backup);
	return rc;
}

int mo_history_add(sqlite3 *db, const struct history *history, struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	char at[32] = "";
	int rc = mo_exec(db, mo_sql_history_create);

	if (!rc)
		rc = sqlite3_prepare_v2(db, mo_sql_history_add, -1, &stmt, NULL);
	utc_now(at);
	if (!rc)
		rc = bind_row(stmt, history, at);
	if (!rc)
		rc = sqlite3_step(stmt);
	rc = rc == SQLITE_DONE ? SQLITE_OK : rc;
	if (rc)
		rc = mo_diag_sqlite(diags, db, rc, DIAG_RUN008, "table " MO_HISTORY_TABLE,
				    "record the migration");
	sqlite3_finalize(stmt);
	return rc;
}

static const char *text_at(sqlite3_stmt *stmt, struct arena *arena, int column)
{
	return mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, column));
}

static struct history *take(sqlite3_stmt *stmt, struct arena *arena)
{
	struct history *history = mo_arena_make(arena, struct history);

	if (!history)
		return NULL;
	*history = (struct history){
		.number = sqlite3_column_int64(stmt, 0),
		.format = sqlite3_column_int64(stmt, 1),
		.at = text_at(stmt, arena, 2),
		.version = text_at(stmt, arena, 3),
		.plan = text_at(stmt, arena, 4),
		.document = text_at(stmt, arena, 5),
		.shape_before = text_at(stmt, arena, 6),
		.shape_after = text_at(stmt, arena, 7),
		.user_version_before = sqlite3_column_int64(stmt, 8),
		.user_version_after = sqlite3_column_int64(stmt, 9),
		.statements = sqlite3_column_int64(stmt, 10),
		.rows_copied = sqlite3_column_int64(stmt, 11),
		.elapsed_ms = sqlite3_column_int64(stmt, 12),
		.backup = text_at(stmt, arena, 13),
	};
	return history;
}

/* SQLITE_ERROR without more is what a table that is not there, or not ours, makes of a query. */
static int answer(int rc, sqlite3 *db, struct diags *diags)
{
	if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE || (rc & 0xff) == SQLITE_ERROR)
		return MOULT_OK;
	return mo_diag_sqlite(diags, db, rc, DIAG_RUN001, "table " MO_HISTORY_TABLE,
			      "read the history");
}

int mo_history_last(struct history **history, struct arena *arena, sqlite3 *db, struct diags *diags)
{
	struct history *last = NULL;
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, mo_sql_history_last, -1, &stmt, NULL);

	if (!rc)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		last = take(stmt, arena);
	rc = mo_arena_rc(arena) ? mo_diag_memory(diags) : answer(rc, db, diags);
	sqlite3_finalize(stmt);
	if (!rc)
		*history = last;
	return rc;
}
