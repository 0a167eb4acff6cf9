/* SPDX-License-Identifier: MIT */
/* connect.c: see connect.h. */
#include "live/connect.h"

#include <string.h>

#include "base/text.h"

int mo_connect(sqlite3 **out, struct moult *m, const char *path, int flags)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(path, &db, flags, NULL);

	if (db) /* there is none without memory */
		sqlite3_extended_result_codes(db, 1);
	if (rc == SQLITE_OK && m->on_open)
		rc = m->on_open(m->open_context, db);
	if (rc != SQLITE_OK) {
		rc = mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN001, path, "open the file");
		sqlite3_close_v2(db);
		return rc;
	}
	*out = db;
	return MOULT_OK;
}

void mo_disconnect(sqlite3 *db)
{
	sqlite3_close_v2(db);
}

bool mo_is_trouble(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_NOMEM:
	case SQLITE_INTERRUPT:
	case SQLITE_IOERR:
	case SQLITE_FULL:
	case SQLITE_CANTOPEN:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_READONLY:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return true;
	default:
		return false;
	}
}

int mo_exec(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

long long mo_query_integer(sqlite3 *db, const char *sql, long long fallback, int *result)
{
	sqlite3_stmt *stmt = NULL;
	long long value = fallback;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW)
			value = sqlite3_column_int64(stmt, 0);
		rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
	}
	sqlite3_finalize(stmt);
	if (result)
		*result = rc;
	return value;
}

char *mo_query_text(struct arena *arena, sqlite3 *db, const char *sql, int *result)
{
	sqlite3_stmt *stmt = NULL;
	char *value = NULL;
	int end, rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW)
			value = mo_arena_text(arena, (const char *)sqlite3_column_text(stmt, 0));
		rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
	}
	/* A text that found no memory is NULL, and only the end says why. */
	end = sqlite3_finalize(stmt);
	rc = rc ? rc : end;
	if (result)
		*result = rc;
	return value;
}

/* SQLite 3.44 asks a full-text index by an INSERT, and says of one that it may not write to, that it could not ask. */
bool mo_is_complaint(const char *line)
{
	static const char excuse[] = ": attempt to write a readonly database";
	const size_t length = line ? strlen(line) : 0;
	const bool excused = length > strlen(excuse) && strcmp(line + length - strlen(excuse), excuse) == 0;

	return line && strcmp(line, "ok") != 0 && !(excused && mo_name_has_prefix(line, "unable to validate"));
}

int mo_diag_sqlite(struct diags *diags, sqlite3 *db, int rc, enum diag_id id, const char *object, const char *doing)
{
	const char *message = db ? sqlite3_errmsg(db) : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return mo_diag_memory(diags);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return mo_diag(diags, DIAG_RUN004, NULL, object, "could not %s: %s", doing, message);
	case SQLITE_NOTADB:
		mo_diag(diags, DIAG_RUN002, NULL, object, "could not %s: it is not a SQLite database, or it is encrypted",
			doing);
		return MOULT_TROUBLE;
	case SQLITE_CORRUPT:
		return mo_diag(diags, DIAG_RUN003, NULL, object, "could not %s: %s", doing, message);
	case SQLITE_INTERRUPT:
		return mo_diag(diags, DIAG_RUN014, NULL, object, "interrupted while trying to %s", doing);
	default:
		return mo_diag(diags, id, NULL, object, "could not %s: %s", doing, message);
	}
}
