/* SPDX-License-Identifier: MIT */
/* connect.c: see connect.h. */
#include "live/connect.h"

#include <stdlib.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/show.h"
#include "base/text.h"
#include "live/buffered.h"
#include "live/holder.h"
#include "live/watch.h"

/* What is there and no file: SQLite would say "disk I/O error", or wait for ever. */
static bool is_no_file(const char *path, const char **what)
{
	struct stat status;

	if (stat(path, &status) != 0 || S_ISREG(status.st_mode))
		return false;
	*what = S_ISDIR(status.st_mode) ? "a directory" : "no regular file";
	return true;
}

/* "unable to open database file" alone helps nobody. */
static int cannot_open(struct moult *m, sqlite3 *db, int rc, const char *path)
{
	const int code = db ? sqlite3_system_errno(db) : 0;

	if ((rc & 0xff) != SQLITE_CANTOPEN || !code)
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN001, path, "open the file");
	errno = code;
	return mo_diag_errno(&m->diags, DIAG_RUN001, path, "open");
}

/* SQLite takes URIs where it is built so, or where the process has asked for it. */
bool mo_is_file_name(const char *path)
{
	return *path && strncmp(path, "file:", 5) != 0 && strcmp(path, ":memory:") != 0;
}

int mo_path_check(struct moult *m, const char *path)
{
	if (mo_is_file_name(path))
		return MOULT_OK;
	mo_diag(&m->diags, DIAG_RUN001, NULL, path, "\"%s\" is not the name of a file", path);
	mo_diag_hint(&m->diags,
		     *path ? "name the file itself; one that is called so is ./%s" : "name a file",
		     path);
	return MOULT_TROUBLE;
}

int mo_path_check_regular(struct moult *m, const char *path)
{
	const char *what = NULL;

	return is_no_file(path, &what)
		       ? mo_diag(&m->diags, DIAG_RUN001, NULL, path, "%s is %s", path, what)
		       : MOULT_OK;
}

#define LEAST_LIMIT (64 << 20) /* bytes: a small file may make something of its values */
#define LIMIT_TIMES 4 /* the file: text can be in another encoding, and be made of several values */

static long long size_of(const char *path, const char *suffix)
{
	char *name = sqlite3_mprintf("%s%s", path, suffix);
	struct stat status;
	const bool is_there = name && stat(name, &status) == 0;

	sqlite3_free(name);
	return is_there ? (long long)status.st_size : 0;
}

int mo_limit_values(sqlite3 *db)
{
	const char *path = sqlite3_db_filename(db, "main");
	const int before = sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1);
	long long most;

	if (!path || !*path)
		return before;
	most = LIMIT_TIMES * (size_of(path, "") + size_of(path, "-wal"));
	if (most < LEAST_LIMIT)
		most = LEAST_LIMIT;
	if (most < before)
		sqlite3_limit(db, SQLITE_LIMIT_LENGTH, (int)most);
	return before;
}

static int connect_through(sqlite3 **out, struct moult *m, const char *path, int flags,
			   const char *vfs)
{
	sqlite3 *db = NULL;
	const bool is_path = !(flags & (SQLITE_OPEN_URI | SQLITE_OPEN_MEMORY));
	int rc;

	if (is_path && mo_path_check(m, path))
		return MOULT_TROUBLE;
	if (is_path && mo_path_check_regular(m, path))
		return MOULT_TROUBLE;
	/*
	 * One thread at a time has a handle, and with it its connections: a mutex for each call
	 * would be for nothing.
	 */
	rc = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, vfs);

	if (db) { /* there is none without memory */
		sqlite3_extended_result_codes(db, 1);
		mo_watch_connection(m, db);
		mo_limit_values(db);
	}
	if (!rc && m->on_open)
		rc = m->on_open(m->open_context, db);
	if (rc) {
		rc = cannot_open(m, db, rc, path);
		sqlite3_close_v2(db);
		return rc;
	}
	*out = db;
	return MOULT_OK;
}

int mo_connect(sqlite3 **db, struct moult *m, const char *path, int flags)
{
	return connect_through(db, m, path, flags, NULL);
}

int mo_connect_buffered(sqlite3 **db, struct moult *m, const char *path, int flags)
{
	return connect_through(db, m, path, flags, mo_buffered_name(&m->buffered));
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
	return sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
}

int mo_pragma_prepare(sqlite3_stmt **stmt, sqlite3 *db, const char *name, const char *argument)
{
	char *sql = argument ? sqlite3_mprintf("PRAGMA main.%s(%Q)", name, argument)
			     : sqlite3_mprintf("PRAGMA main.%s", name);
	const int rc = sql ? sqlite3_prepare_v2(db, sql, -1, stmt, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return rc;
}

long long mo_query_integer(sqlite3 *db, const char *sql, long long fallback, int *result)
{
	sqlite3_stmt *stmt = NULL;
	long long value = fallback;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (!rc) {
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

	if (!rc) {
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

bool mo_has_wal(struct arena *arena, sqlite3 *db)
{
	return mo_same_name(mo_query_text(arena, db, "PRAGMA main.journal_mode", NULL), "wal");
}

bool mo_has_running(sqlite3 *db)
{
	for (sqlite3_stmt *stmt = sqlite3_next_stmt(db, NULL); stmt;
	     stmt = sqlite3_next_stmt(db, stmt))
		if (sqlite3_stmt_busy(stmt))
			return true;
	return false;
}

int mo_diag_running(struct moult *m)
{
	mo_diag(&m->diags, DIAG_RUN016, NULL, NULL,
		"a statement of the connection is running, or a blob of it open");
	mo_diag_hint(&m->diags, "reset or finalize the statement, close the blob, and call again");
	return MOULT_TROUBLE;
}

/* What stands behind "error in view v: ", with which ALTER begins, and "malformed ... (v) - ". */
const char *mo_error_itself(const char *message)
{
	static const struct {
		const char *begin;
		const char *end;
	} frames[] = {{"error in ", ": "}, {"malformed database schema (", ") - "}};

	for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
		const char *end = mo_name_has_prefix(message, frames[i].begin)
					  ? strstr(message, frames[i].end)
					  : NULL;

		if (end)
			return end + strlen(frames[i].end);
	}
	return message;
}

char *mo_error_quoted(struct arena *arena, const char *message)
{
	const char *open = strchr(message, '"');
	const char *close = open ? strrchr(open + 1, '"') : NULL;

	return close ? mo_arena_slice(arena, open + 1, (size_t)(close - open) - 1) : NULL;
}

static bool begins(const char *message, const char *const *beginnings)
{
	message = mo_error_itself(message);
	while (*beginnings && !mo_name_has_prefix(message, *beginnings))
		beginnings++;
	return *beginnings;
}

bool mo_lacks_module(const char *message)
{
	static const char *const beginnings[] = {
		"no such module: ", "no such tokenizer: ", /* FTS5 */
		"unknown tokenizer: ",			   /* FTS3 and FTS4 */
		"vtable constructor failed: ", /* FTS5 of SQLite 3.47, where one is used */
		NULL};

	return begins(message, beginnings);
}

bool mo_lacks_name(const char *message)
{
	static const char *const beginnings[] = {"no such function", "unknown function",
						 "no such collation", NULL};

	return begins(message, beginnings) || mo_lacks_module(message);
}

bool mo_is_unsortable(const char *message)
{
	return strcmp(message, "no query solution") == 0;
}

/*
 * SQLite 3.44 asks a full-text index by an INSERT, and says of one that it may not write to, that
 * it could not ask.
 */
bool mo_is_complaint(const char *line)
{
	static const char excuse[] = ": attempt to write a readonly database";
	const size_t length = line ? strlen(line) : 0;
	const bool excused =
		length > strlen(excuse) && strcmp(line + length - strlen(excuse), excuse) == 0;

	return line && strcmp(line, "ok") != 0 &&
	       !(excused && mo_name_has_prefix(line, "unable to validate"));
}

/* The words are those of btree.c in SQLite; a page that it reads and finds wrong has a code too. */
int mo_unread_code(const char *line)
{
	static const char words[] = "error code=";
	const char *found = strstr(line, words);
	const int code = found ? atoi(found + strlen(words)) : SQLITE_OK;

	if (strstr(line, "failed to get page "))
		return SQLITE_IOERR;
	return mo_is_trouble(code) && (code & 0xff) != SQLITE_CORRUPT ? code : SQLITE_OK;
}

#define HEADER 100
#define NEWEST_FORMAT 2 /* of reading and writing: a WAL */
#define NEWEST_SCHEMA_FORMAT 4

/*
 * Whether the header is that of a database which a later SQLite has made:
 * https://sqlite.org/fileformat2.html
 */
static bool is_newer(sqlite3 *db)
{
	sqlite3_file *file = NULL;
	unsigned char header[HEADER] = {0};

	if (!db ||
	    sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
	    !file || !file->pMethods || file->pMethods->xRead(file, header, HEADER, 0) != SQLITE_OK)
		return false;
	if (memcmp(header, "SQLite format 3", 16) != 0)
		return false;
	return header[18] > NEWEST_FORMAT || header[19] > NEWEST_FORMAT || header[44] ||
	       header[45] || header[46] || header[47] > NEWEST_SCHEMA_FORMAT;
}

static int diag_newer(struct diags *diags, const char *object, const char *doing)
{
	mo_diag(diags, DIAG_RUN002, NULL, object,
		"could not %s: it has a newer format than SQLite %s can read", doing,
		sqlite3_libversion());
	mo_diag_hint(diags, "use a newer SQLite");
	return MOULT_TROUBLE;
}

/* What a crash left must be played back before a page can be read, and that is a write. */
static bool is_left_by_a_crash(int rc)
{
	return rc == SQLITE_READONLY_ROLLBACK || rc == SQLITE_READONLY_RECOVERY ||
	       rc == SQLITE_READONLY_CANTINIT;
}

static int diag_crash(struct diags *diags, const char *object, const char *doing)
{
	mo_diag(diags, DIAG_RUN001, NULL, object,
		"could not %s: a crash left a journal or WAL beside the file, which must be played "
		"back, and the file or its directory cannot be written",
		doing);
	mo_diag_hint(diags, "open it once as somebody who may write there; keep the journal, it is "
			    "part of the file");
	return MOULT_TROUBLE;
}

static int diag_locked(struct diags *diags, sqlite3 *db, const char *object, const char *doing)
{
	const char *path = db ? sqlite3_db_filename(db, "main") : NULL;
	const bool is_file = path && *path;
	const char *message =
		db ? mo_arena_text(diags->arena, sqlite3_errmsg(db)) : sqlite3_errstr(SQLITE_BUSY);
	const char *holder = is_file ? mo_lock_holder(diags->arena, path) : NULL;
	const int rc = mo_diag(diags, DIAG_RUN004, NULL, object, "could not %s: %s%s%s", doing,
			       message ? message : "", holder ? "; " : "", holder ? holder : "");

	if (is_file)
		mo_diag_hint(diags,
			     "end the program that has it, or run again when it is done; fuser %s "
			     "names the programs that have the file open",
			     mo_shell_word(diags->arena, path));
	return rc;
}

/* SQLite has one code for values and for statements that are too long. */
#define USUAL_SQL_LENGTH 1000000

static int diag_short_limit(struct diags *diags, sqlite3 *db, const char *object, const char *doing)
{
	mo_diag(diags, DIAG_RUN016, NULL, object,
		"could not %s: a statement is longer than the %d bytes that the connection takes, "
		"or it makes a value out of proportion",
		doing, sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, -1));
	mo_diag_hint(
		diags,
		"raise SQLITE_LIMIT_SQL_LENGTH with sqlite3_limit(), for the time of the call");
	return mo_diag_kinds[DIAG_RUN016].result;
}

int mo_diag_sqlite(struct diags *diags, sqlite3 *db, int rc, enum diag_id id, const char *object,
		   const char *doing)
{
	const char *message = db ? sqlite3_errmsg(db) : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return mo_diag_memory(diags);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return diag_locked(diags, db, object, doing);
	case SQLITE_NOTADB:
		if (is_newer(db))
			return diag_newer(diags, object, doing);
		mo_diag(diags, DIAG_RUN002, NULL, object,
			"could not %s: it is not a SQLite database, or it is encrypted", doing);
		mo_diag_hint(
			diags,
			"name another file; the key of an encrypted one is given when it is opened");
		return MOULT_TROUBLE;
	case SQLITE_CORRUPT:
		mo_diag(diags, DIAG_RUN003, NULL, object, "could not %s: %s", doing, message);
		mo_diag_hint(diags, "put a backup back, or recover what is left: "
				    "sqlite3 FILE .recover | sqlite3 NEW");
		return MOULT_TROUBLE;
	case SQLITE_ERROR:
		if (strcmp(message, "unsupported file format") == 0)
			return diag_newer(diags, object, doing);
		return mo_diag(diags, id, NULL, object, "could not %s: %s", doing, message);
	case SQLITE_READONLY:
		if (is_left_by_a_crash(db ? sqlite3_extended_errcode(db) : rc))
			return diag_crash(diags, object, doing);
		return mo_diag(diags, id, NULL, object, "could not %s: %s", doing, message);
	case SQLITE_TOOBIG:
		if (db && sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, -1) < USUAL_SQL_LENGTH)
			return diag_short_limit(diags, db, object, doing);
		mo_diag(diags, DIAG_RUN041, NULL, object,
			"could not %s: an expression makes a value of more than %d MiB, and no row of "
			"the file is as large",
			doing, db ? sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1) >> 20 : 0);
		mo_diag_hint(diags, "look at generated columns, CHECKs, indexes on expressions and "
				    "what the document computes");
		return MOULT_TROUBLE;
	case SQLITE_INTERRUPT:
		return mo_diag(diags, DIAG_RUN014, NULL, object, "interrupted while trying to %s",
			       doing);
	default:
		return mo_diag(diags, id, NULL, object, "could not %s: %s", doing, message);
	}
}
