/* SPDX-License-Identifier: MIT */
/*
 * history.c: see history.h.  Reading takes "no such table" and "no such column"
 * for an answer: a file that was never migrated, or a format of a version that
 * did not know a column yet.
 */
#include "session/history.h"

#include <string.h>
#include <time.h>

#include "base/text.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/own.h"
#include "sql/own_table.h"

#define LAST_NUMBER 0x7fffffffffffffffLL /* of a rowid */

static void utc_now(char text[32])
{
	const time_t now = time(NULL);
	struct tm parts;

	text[0] = 0;
	if (gmtime_r(&now, &parts))
		strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* ---- binding and taking ---- */

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

/* The same, but 0 is NULL. */
static void bind_number(sqlite3_stmt *stmt, int *rc, int at, long long value)
{
	if (value)
		bind_integer(stmt, rc, at, value);
}

static int bind_row(sqlite3_stmt *stmt, const struct history *row)
{
	int rc = SQLITE_OK;

	bind_number(stmt, &rc, 1, row->number);
	bind_integer(stmt, &rc, 2, row->format);
	bind_text(stmt, &rc, 3, row->at);
	bind_text(stmt, &rc, 4, row->version);
	bind_text(stmt, &rc, 5, row->plan);
	bind_text(stmt, &rc, 6, row->document);
	bind_text(stmt, &rc, 7, row->shape_before);
	bind_text(stmt, &rc, 8, row->shape_after);
	bind_integer(stmt, &rc, 9, row->user_version_before);
	bind_integer(stmt, &rc, 10, row->user_version_after);
	bind_integer(stmt, &rc, 11, row->statements);
	bind_integer(stmt, &rc, 12, row->rows_copied);
	bind_integer(stmt, &rc, 13, row->elapsed_ms);
	bind_text(stmt, &rc, 14, row->backup);
	bind_text(stmt, &rc, 15, row->kind);
	bind_text(stmt, &rc, 16, row->release);
	bind_number(stmt, &rc, 17, row->undone);
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
		.kind = text_at(stmt, arena, 14),
		.release = text_at(stmt, arena, 15),
		.undone = sqlite3_column_int64(stmt, 16),
	};
	return history;
}

/* SQLITE_ERROR without more is what a table that is not there makes of a query. */
static int answer(int rc, sqlite3 *db, struct diags *diags)
{
	if (!rc || rc == SQLITE_ROW || rc == SQLITE_DONE || (rc & 0xff) == SQLITE_ERROR)
		return MOULT_OK;
	return mo_diag_sqlite(diags, db, rc, DIAG_RUN001, "table " MO_HISTORY_TABLE,
			      "read the history");
}

/* The rows of a query about the history; shape (or NULL) is bound to it. */
static int read_rows(struct list *rows, struct arena *arena, sqlite3 *db, const char *sql,
		     const char *shape, struct diags *diags)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_own_judge(db, diags);

	if (rc)
		return rc;
	rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (shape)
		bind_text(stmt, &rc, 1, shape);
	while (!rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		mo_list_add(arena, rows, take(stmt, arena));
		rc = SQLITE_OK;
	}
	rc = mo_arena_rc(arena) ? mo_diag_memory(diags) : answer(rc, db, diags);
	sqlite3_finalize(stmt);
	return rc;
}

static int first_row(struct history **history, struct arena *arena, sqlite3 *db, const char *sql,
		     const char *shape, struct diags *diags)
{
	struct list rows = {0};
	int rc = read_rows(&rows, arena, db, sql, shape, diags);

	if (!rc)
		*history = rows.count ? rows.items[0] : NULL;
	return rc;
}

static int ask_wide(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	const int rc = sqlite3_prepare_v2(db, mo_sql_history_is_wide, -1, &stmt, NULL);

	sqlite3_finalize(stmt);
	return rc;
}

static bool is_wide(sqlite3 *db)
{
	return ask_wide(db) == SQLITE_OK;
}

static const struct history_queries *queries(sqlite3 *db)
{
	return &mo_sql_history[is_wide(db)];
}

int mo_history_read(struct list *history, struct arena *arena, sqlite3 *db, struct diags *diags)
{
	return read_rows(history, arena, db, queries(db)->all, NULL, diags);
}

int mo_history_last(struct history **history, struct arena *arena, sqlite3 *db, struct diags *diags)
{
	return first_row(history, arena, db, queries(db)->last, NULL, diags);
}

int mo_history_left(struct history **history, struct arena *arena, sqlite3 *db, const char *shape,
		    struct diags *diags)
{
	return first_row(history, arena, db, queries(db)->left, shape, diags);
}

long long mo_history_count(sqlite3 *db)
{
	return mo_query_integer(db, "SELECT coalesce(max(number), -1) FROM main." MO_HISTORY_TABLE,
				-1, NULL);
}

/* 0: it never was. */
static long long first_time(sqlite3 *db, const char *shape, int *rc)
{
	sqlite3_stmt *stmt = NULL;
	long long first = 0;

	*rc = *rc ? *rc : sqlite3_prepare_v2(db, mo_sql_history_first, -1, &stmt, NULL);
	bind_text(stmt, rc, 1, shape);
	if (!*rc && (*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		first = sqlite3_column_int64(stmt, 0);
		*rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return first;
}

int mo_history_was_first(bool *was, sqlite3 *db, const char *shape, const char *other,
			 struct diags *diags)
{
	int rc = mo_own_judge(db, diags);
	int code = SQLITE_OK;
	long long one, two;

	if (rc)
		return rc;
	one = first_time(db, shape, &code);
	two = first_time(db, other, &code);
	*was = one && (!two || one < two);
	return answer(code, db, diags);
}

/* ---- adding a row ---- */

static int make_table(sqlite3 *db)
{
	int rc = mo_exec(db, mo_sql_history_create);

	if (!rc)
		rc = ask_wide(db);
	/* A column that is not there; anything else is trouble. */
	return rc == SQLITE_ERROR ? mo_exec(db, mo_sql_history_widen) : rc;
}

static int insert(sqlite3 *db, const struct history *row)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, mo_sql_history_add, -1, &stmt, NULL);

	if (!rc)
		rc = bind_row(stmt, row);
	if (!rc)
		rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static bool is_same(const struct history *a, const struct history *b)
{
	return a->number == b->number && a->format == b->format && mo_same(a->at, b->at) &&
	       mo_same(a->version, b->version) && mo_same(a->plan, b->plan) &&
	       mo_same(a->document, b->document) && mo_same(a->shape_before, b->shape_before) &&
	       mo_same(a->shape_after, b->shape_after) &&
	       a->user_version_before == b->user_version_before &&
	       a->user_version_after == b->user_version_after && a->statements == b->statements &&
	       a->rows_copied == b->rows_copied && a->elapsed_ms == b->elapsed_ms &&
	       mo_same(a->backup, b->backup) && mo_same(a->kind, b->kind) &&
	       mo_same(a->release, b->release) && a->undone == b->undone;
}

/*
 * The row is the newest, says what was written, and is all that was written.  The total says nothing of
 * that: FTS5 of SQLite 3.44 writes a row of its own wherever a savepoint opens.
 */
static int check_row(sqlite3 *db, const struct history *row, struct diags *diags)
{
	const int changes = sqlite3_changes(db);
	struct history *last = NULL;
	int rc = mo_history_last(&last, diags->arena, db, diags);

	if (rc || (last && is_same(last, row) && changes == 1))
		return rc;
	return mo_diag(diags, DIAG_RUN010, NULL, "table " MO_HISTORY_TABLE,
		       "the row of " MO_HISTORY_TABLE " is not what was written; rolled back");
}

int mo_history_check_room(sqlite3 *db, struct diags *diags)
{
	bool has = false;
	int rc = mo_catalogue_has(&has, db, MO_HISTORY_TABLE, diags);

	if (rc || !has ||
	    mo_query_integer(db, "SELECT max(number) FROM main." MO_HISTORY_TABLE, 0, NULL) <
		    LAST_NUMBER)
		return rc;
	mo_diag(diags, DIAG_RUN037, NULL, "table " MO_HISTORY_TABLE,
		MO_HISTORY_TABLE " has a row with the last number that there is, and none is left "
				 "for another");
	mo_diag_hint(diags, "give that row the number that it should have");
	return MOULT_TROUBLE;
}

int mo_history_add(sqlite3 *db, const struct history *history, struct diags *diags)
{
	struct history row = *history;
	bool has_done = false;
	char at[32] = "";
	int rc = mo_own_judge(db, diags);

	if (!rc)
		rc = mo_catalogue_has(&has_done, db, MO_DONE_TABLE, diags);
	if (rc)
		return rc;
	utc_now(at);
	row.format = has_done ? MO_HISTORY_FORMAT_DONE : MO_HISTORY_FORMAT;
	row.at = at;
	row.version = MOULT_VERSION;
	rc = make_table(db);
	if (!rc)
		rc = insert(db, &row);
	if (rc)
		return mo_diag_sqlite(diags, db, rc, DIAG_RUN008, "table " MO_HISTORY_TABLE,
				      "record the migration");
	row.number = sqlite3_last_insert_rowid(db);
	return check_row(db, &row, diags);
}

/* ---- a rollback ---- */

static int mark_undone(sqlite3 *db, long long rollback, long long behind)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, mo_sql_history_undo, -1, &stmt, NULL);

	bind_integer(stmt, &rc, 1, rollback);
	bind_integer(stmt, &rc, 2, behind);
	if (!rc)
		rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The oldest first; what the backup knows is as the backup says. */
static int write_lost(sqlite3 *db, const struct list *past, long long known)
{
	int rc = SQLITE_OK;

	for (int i = past->count - 1; !rc && i >= 0; i--) {
		const struct history *row = past->items[i];

		if (row->number > known)
			rc = insert(db, row);
	}
	return rc;
}

int mo_history_undo(sqlite3 *db, const struct list *past, const struct history *rollback,
		    struct diags *diags)
{
	struct history row = *rollback;
	long long known = 0;
	char at[32] = "";
	int rc = mo_own_judge(db, diags);

	if (rc)
		return rc;
	utc_now(at);
	row.format = MO_HISTORY_FORMAT;
	row.kind = MO_KIND_ROLLBACK;
	row.at = at;
	row.version = MOULT_VERSION;
	rc = make_table(db);
	if (!rc)
		known = mo_query_integer(db, "SELECT max(number) FROM main." MO_HISTORY_TABLE, 0,
					 &rc);
	if (!rc)
		rc = write_lost(db, past, known);
	if (!rc)
		rc = insert(db, &row);
	if (!rc)
		rc = mark_undone(db, sqlite3_last_insert_rowid(db), known);
	if (!rc)
		return MOULT_OK;
	mo_diag_sqlite(diags, db, rc, DIAG_RUN026, "table " MO_HISTORY_TABLE,
		       "record the rollback");
	return MOULT_TROUBLE; /* a warning, but what it wrote is not to stay */
}
