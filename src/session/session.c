/* SPDX-License-Identifier: MIT */
/* session.c: see session.h. */
#include "session/session.h"

#include <string.h>

#include "backup/file.h"
#include "base/show.h"
#include "base/text.h"
#include "live/connect.h"
#include "live/watch.h"

#define WAIT_MS 20  /* between tries for the lock */
#define POLL_US 500 /* the same where others fight for it */

#define CACHE -1 /* in place of a value: the small cache */

/* Pragmas that are saved, set, and put back. */
static const struct {
	const char *name;
	int value;
} pragmas[] = {
	{"foreign_keys", 0},
	{"synchronous", 3},
	{"legacy_alter_table", 0},
	{"ignore_check_constraints", 0},
	{"reverse_unordered_selects", 0},
	{"recursive_triggers", 0},
	{"count_changes", 0},
	{"cache_size", CACHE},
};
_Static_assert(sizeof(pragmas) / sizeof(*pragmas) ==
		       sizeof(((struct session *)0)->pragmas) / sizeof(long long),
	       "a place for each pragma");

/* Switches of sqlite3_db_config, likewise. */
static const struct {
	int option;
	int value;
} switches[] = {
	{SQLITE_DBCONFIG_DQS_DDL, 1},
	{SQLITE_DBCONFIG_DQS_DML, 1},
	{SQLITE_DBCONFIG_DEFENSIVE, 0},
	{SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
};
_Static_assert(sizeof(switches) / sizeof(*switches) ==
		       sizeof(((struct session *)0)->switches) / sizeof(int),
	       "a place for each switch");

/* ---- time and progress --------------------------------------------------------------- */

sqlite3_int64 mo_session_elapsed(const struct session *session)
{
	return mo_now_ms() - session->started;
}

/* Asks the callback, if it is time; false to stop. */
static bool ask(struct session *session, bool at_once)
{
	struct moult *m = session->m;

	if (!session->stopped && (at_once || mo_is_time_to_ask(m, session->last_call))) {
		session->last_call = mo_now_ms();
		if (!at_once) {
			mo_watch_count(&session->progress, session->db, session->others);
			session->progress.done += session->before;
		}
		session->stopped = !mo_goes_on(m, &session->progress);
	}
	return !session->stopped;
}

static int on_instructions(void *context)
{
	return !ask(context, false);
}

bool mo_session_phase(struct session *session, const char *phase, const char *object,
		      long long total)
{
	session->progress = (moult_progress){phase, object, "rows", 0, total, 0, 0};
	session->before = 0;
	return ask(session, true);
}

bool mo_session_batch(struct session *session, long long done, long long lock_ms)
{
	moult_progress *progress = &session->progress;

	session->before = progress->done = done;
	if (progress->total >= 0 && progress->total < done)
		progress->total = done;
	progress->lock_ms = lock_ms;
	if (lock_ms > progress->longest_lock_ms)
		progress->longest_lock_ms = lock_ms;
	return ask(session, true);
}

bool mo_session_goes_on(struct session *session)
{
	return ask(session, false);
}

/* ---- settings -------------------------------------------------------------------------- */

static int set_pragma(struct session *session, const char *name, long long value)
{
	const char *sql = mo_arena_format(session->arena, "PRAGMA %s = %lld", name, value);

	return mo_exec(session->db, sql);
}

/* The first failure sticks in *rc. */
static long long get_pragma(struct session *session, const char *name, int *rc)
{
	const char *sql = mo_arena_format(session->arena, "PRAGMA %s", name);

	if (!*rc && !sql)
		*rc = SQLITE_NOMEM;
	return *rc ? 0 : mo_query_integer(session->db, sql, 0, rc);
}

/*
 * KiB of the cache, and of what an index build sorts at once before it writes it to a temporary
 * file.  Sequential work and sorting are fastest where they fit the processor's own cache.  What is
 * jumped about in gets a quarter more, since the pages are not full and others pass through.  More
 * than that is memory that the kernel clears for nothing: see docs/performance.md.
 */
static long long cache_kib(const struct session *session, long long bytes)
{
	const long long most = session->options->memory;

	if (bytes >= most || MO_SMALL_CACHE + bytes / 4 * 5 >= most)
		return most >> 10;
	return (MO_SMALL_CACHE + bytes / 4 * 5) >> 10;
}

void mo_session_cache(struct session *session, long long bytes)
{
	mo_guard_clear(&session->guard);
	mo_list_add(session->arena, &session->guard.allowed.pragmas, "cache_size");
	set_pragma(session, "cache_size", -cache_kib(session, bytes));
	mo_guard_clear(&session->guard);
}

static int save_and_set(struct session *session)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof(pragmas) / sizeof(*pragmas); i++)
		session->pragmas[i] = get_pragma(session, pragmas[i].name, &rc);
	if (rc)
		return rc;
	session->open = true;
	for (size_t i = 0; !rc && i < sizeof(pragmas) / sizeof(*pragmas); i++)
		rc = set_pragma(session, pragmas[i].name,
				pragmas[i].value == CACHE ? -cache_kib(session, 0)
							  : pragmas[i].value);
	for (size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++) {
		sqlite3_db_config(session->db, switches[i].option, -1, &session->switches[i]);
		sqlite3_db_config(session->db, switches[i].option, switches[i].value, NULL);
	}
	session->limit = mo_limit_values(session->db);
	session->rowid = sqlite3_last_insert_rowid(session->db);
	return rc;
}

static void put_back(struct session *session)
{
	for (size_t i = 0; i < sizeof(pragmas) / sizeof(*pragmas); i++)
		set_pragma(session, pragmas[i].name, session->pragmas[i]);
	for (size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++)
		sqlite3_db_config(session->db, switches[i].option, session->switches[i], NULL);
	sqlite3_limit(session->db, SQLITE_LIMIT_LENGTH, session->limit);
	sqlite3_set_last_insert_rowid(session->db, session->rowid);
}

/* ---- begin and end ------------------------------------------------------------------------ */

static bool is_memory(sqlite3 *db)
{
	const char *name = sqlite3_db_filename(db, "main");

	return !name || !*name;
}

static int unfit(struct session *session, const char *why, const char *hint)
{
	mo_diag(&session->m->diags, DIAG_RUN016, NULL, NULL, "%s", why);
	mo_diag_hint(&session->m->diags, "%s", hint);
	return MOULT_TROUBLE;
}

static int check_fit(struct session *session)
{
	int rc = SQLITE_OK;
	const char *mode =
		mo_query_text(session->arena, session->db, "PRAGMA main.journal_mode", &rc);
	const char *locking =
		rc ? NULL
		   : mo_query_text(session->arena, session->db, "PRAGMA main.locking_mode", &rc);
	const bool query_only = get_pragma(session, "query_only", &rc);

	if (rc)
		return mo_diag_sqlite(&session->m->diags, session->db, rc, DIAG_RUN001,
				      sqlite3_db_filename(session->db, "main"), "read the file");
	if (!session->is_ours && sqlite3_db_readonly(session->db, "main") == 1)
		return unfit(session, "the connection can only read",
			     "lend one that was opened for writing, and without immutable=1");
	if (!sqlite3_get_autocommit(session->db))
		return unfit(session, "the connection has an open transaction",
			     "commit it, or roll it back, first");
	if (mo_has_running(session->db))
		return mo_diag_running(session->m);
	if (!is_memory(session->db) && (mo_same_name(mode, "memory") || mo_same_name(mode, "off")))
		return unfit(
			session,
			"a journal that is not on disk cannot bring the file back after a power cut",
			"set PRAGMA journal_mode = DELETE, TRUNCATE, PERSIST or WAL");
	if (mo_same_name(mode, "wal") &&
	    mo_file_names(sqlite3_db_filename(session->db, "main")) > 1)
		return unfit(
			session,
			"the file has another name too, and in WAL mode what was committed by that name "
			"stands beside it, where nobody sees it from here",
			"remove the other name, or let PRAGMA journal_mode = DELETE write by it what is "
			"left there");
	if (mo_same_name(mode, "wal") && mo_same_name(locking, "exclusive"))
		return unfit(
			session,
			"in WAL mode with locking_mode EXCLUSIVE no backup can be made beside the connection",
			"set PRAGMA locking_mode = NORMAL");
	if (query_only)
		return unfit(session, "the connection is query_only",
			     "set PRAGMA query_only = OFF");
	return MOULT_OK;
}

/* With what rows are counted and compared, from the questions before to the proof behind. */
static bool judges(const char *function)
{
	static const char *const names[] = {"count",  "sum",	  "max",    "min",
					    "typeof", "coalesce", "ifnull", NULL};
	const char *const *name = names;

	while (*name && !mo_same_name(*name, function))
		name++;
	return *name;
}

/* An application may put a function of its own in the place of one of SQLite's. */
static int check_functions(struct session *session)
{
	sqlite3_stmt *stmt = NULL;
	const char *found = NULL;
	int rc = sqlite3_prepare_v2(session->db, "PRAGMA function_list", -1, &stmt, NULL);

	while (!rc && !found && sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);

		if (name && !sqlite3_column_int(stmt, 1) && judges(name))
			found = mo_arena_text(session->arena, name);
	}
	sqlite3_finalize(stmt);
	if (!found)
		return MOULT_OK;
	return unfit(session,
		     mo_arena_format(
			     session->arena,
			     "%s() is a function of the application's on the connection, and rows "
			     "are judged with SQLite's",
			     found),
		     "register it under another name, or lend a connection that does not have it");
}

/* SQLite asks what to do about a lock, for the count-th time in a row. */
static int on_busy(void *context, int count)
{
	struct session *session = context;

	if ((sqlite3_int64)count * WAIT_MS >= session->options->timeout_ms || !ask(session, false))
		return 0;
	mo_nap(WAIT_MS * 1000);
	return 1;
}

void mo_session_busy(struct session *session, bool waits)
{
	if (session->is_ours)
		sqlite3_busy_handler(session->db, waits ? on_busy : NULL, waits ? session : NULL);
}

int mo_session_begin(struct session *session, struct moult *m, sqlite3 *db,
		     const moult_options *options, bool is_ours)
{
	long long foreign_keys = 0;
	int rc;

	*session = (struct session){
		.m = m, .db = db, .options = options, .arena = mo_arena_new(), .is_ours = is_ours};
	if (!session->arena)
		return mo_diag_memory(&m->diags);
	session->started = mo_now_ms();
	session->progress = (moult_progress){"lock", NULL, "rows", 0, -1, 0, 0};
	session->others = sqlite3_next_stmt(db, NULL);
	/* What an application's authorizer hides, or denies, is hidden from every question too. */
	sqlite3_set_authorizer(db, NULL, NULL);
	if (is_ours)
		sqlite3_busy_handler(db, on_busy, session);
	rc = check_fit(session);
	if (!rc)
		rc = check_functions(session);
	if (rc)
		return rc;
	rc = save_and_set(session);
	if (!rc)
		foreign_keys = get_pragma(session, "foreign_keys", &rc);
	if (rc)
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN001,
				      sqlite3_db_filename(db, "main"), "read the file");
	if (foreign_keys)
		return unfit(session,
			     "foreign key actions cannot be switched off on this connection",
			     "use a connection that the library opens");
	sqlite3_progress_handler(db, MO_WATCH_INSTRUCTIONS, on_instructions, session);
	return MOULT_OK;
}

void mo_session_end(struct session *session)
{
	if (session->open) {
		mo_session_rollback(session);
		sqlite3_progress_handler(session->db, 0, NULL, NULL);
		put_back(session);
	}
	if (session->is_ours) {
		sqlite3_busy_timeout(session->db, session->options->timeout_ms);
		mo_watch_connection(session->m, session->db);
	}
	session->open = false;
	mo_arena_free(session->arena);
	session->arena = NULL;
}

/* ---- the transaction ------------------------------------------------------------------------- */

int mo_session_diag(struct session *session, int rc, enum diag_id id, const char *object,
		    const char *doing)
{
	struct diags *diags = &session->m->diags;

	session->troubled = true;
	if ((rc & 0xff) == SQLITE_INTERRUPT)
		return mo_diag(diags, DIAG_RUN014, NULL, object, "interrupted; nothing is changed");
	return mo_diag_sqlite(diags, session->db, rc, id, object, doing);
}

int mo_session_refute(struct session *session, enum diag_id id, const char *object,
		      const char *format, ...)
{
	struct diags *diags = &session->m->diags;
	const char *message;
	va_list args;

	va_start(args, format);
	message = mo_arena_vformat(session->arena, format, args);
	va_end(args);
	if (!message)
		return mo_diag_memory(diags);
	mo_diag(diags, id, NULL, object, "%s", message);
	session->verdict = mo_diag_last(diags);
	return MOULT_FAILED;
}

/* Runs a statement again and again while somebody else has the lock. */
static int try_for_lock(struct session *session, const char *sql)
{
	const sqlite3_int64 until = mo_now_ms() + session->options->timeout_ms;
	int rc = mo_exec(session->db, sql);

	while ((rc & 0xff) == SQLITE_BUSY && mo_now_ms() < until) {
		if (!ask(session, false))
			return SQLITE_INTERRUPT;
		mo_nap(WAIT_MS * 1000);
		rc = mo_exec(session->db, sql);
	}
	return rc;
}

/* The session's busy handler waits in longer steps. */
int mo_session_insist(struct session *session, const char *sql, sqlite3_int64 until)
{
	const sqlite3_int64 began = mo_now_ms();
	sqlite3_int64 now = began;
	int rc;

	mo_session_busy(session, false);
	rc = mo_exec(session->db, sql);
	while ((rc & 0xff) == SQLITE_BUSY && now < until && ask(session, false)) {
		mo_nap(POLL_US);
		now = mo_now_ms();
		rc = mo_exec(session->db, sql);
	}
	mo_session_busy(session, true);
	session->insisted_ms = now - began;
	return rc;
}

static void tell_who(struct session *session, const char *what)
{
	const char *path = sqlite3_db_filename(session->db, "main");

	mo_diag_hint(
		&session->m->diags,
		"%s (waited %d ms): end it, try later, or wait longer with --timeout; fuser %s names the programs that have the file open",
		what, session->options->timeout_ms,
		path && *path ? mo_shell_word(session->arena, path) : "FILE");
}

static bool can(sqlite3_vfs *vfs, const char *path, int what)
{
	int answer = 0;

	return vfs->xAccess(vfs, path, what, &answer) == SQLITE_OK && answer;
}

/*
 * A journal needs a directory that takes it, or must be there already.  Asked
 * is the connection's own VFS; one that knows no directories says nothing, and
 * SQLite will find out.
 */
static int check_directory(struct session *session)
{
	const char *path = sqlite3_db_filename(session->db, "main");
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *directory =
		slash ? mo_arena_format(session->arena, "%.*s",
					slash == path ? 1 : (int)(slash - path), path)
		      : NULL;
	const char *journal = slash ? mo_arena_format(session->arena, "%s-journal", path) : NULL;
	sqlite3_vfs *vfs = NULL;

	sqlite3_file_control(session->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
	if (!vfs || !directory || !journal || mo_has_wal(session->arena, session->db) ||
	    !can(vfs, directory, SQLITE_ACCESS_EXISTS) ||
	    can(vfs, directory, SQLITE_ACCESS_READWRITE) ||
	    can(vfs, journal, SQLITE_ACCESS_READWRITE))
		return MOULT_OK;
	mo_diag(&session->m->diags, DIAG_RUN001, NULL, path,
		"the directory %s cannot be written, and SQLite's journal must stand in it",
		directory);
	mo_diag_hint(
		&session->m->diags,
		"make it writable, or migrate a copy and put that in its place; nothing is changed");
	return MOULT_TROUBLE;
}

int mo_session_lock(struct session *session)
{
	int rc = check_directory(session);

	if (rc)
		return rc;
	mo_session_phase(session, "lock", NULL, -1);
	rc = try_for_lock(session, "BEGIN IMMEDIATE");
	if (!rc)
		return MOULT_OK;
	if ((rc & 0xff) == SQLITE_READONLY) {
		mo_diag(&session->m->diags, DIAG_RUN001, NULL, NULL,
			"the file cannot be written: %s", sqlite3_errmsg(session->db));
		return MOULT_TROUBLE;
	}
	rc = mo_session_diag(session, rc, DIAG_RUN001, NULL, "take the write lock");
	if (rc == MOULT_BUSY && session->m->diags.stop == STOP_NOTHING)
		tell_who(session, "another connection is writing");
	return rc;
}

static int commit(struct session *session)
{
	if (session->guard.denied)
		return SQLITE_AUTH;
	return session->in_the_way
		       ? mo_session_insist(session, "COMMIT", mo_now_ms() + session->commit_ms)
		       : try_for_lock(session, "COMMIT");
}

void mo_session_commit_soon(struct session *session, int ms, bool *in_the_way)
{
	session->commit_ms = ms;
	session->in_the_way = in_the_way;
}

int mo_session_commit(struct session *session)
{
	bool hooked;
	int rc;

	mo_guard_clear(&session->guard);
	session->guard.allowed.commit = true;
	rc = commit(session);
	if (!rc) {
		mo_guard_end(&session->guard);
		return MOULT_OK;
	}
	if (session->in_the_way && (rc & 0xff) == SQLITE_BUSY) {
		*session->in_the_way = true;
		mo_session_rollback(session);
		return MOULT_BUSY;
	}
	if (session->guard.denied) {
		rc = mo_guard_diag(&session->guard, &session->m->diags);
		mo_session_rollback(session);
		return rc;
	}
	hooked = sqlite3_extended_errcode(session->db) == SQLITE_CONSTRAINT_COMMITHOOK;
	rc = mo_session_diag(session, rc, DIAG_RUN008, NULL, "commit");
	if (rc == MOULT_BUSY && session->m->diags.stop == STOP_NOTHING)
		tell_who(session, "another connection is reading the file as it was");
	else if (rc != MOULT_BUSY)
		mo_diag_hint(
			&session->m->diags, "%s",
			hooked ? "a commit hook of the application's says no: take it away for "
				 "the time of the call"
			       : "look at the disk, its space and its limits, and run again");
	mo_session_rollback(session);
	return rc == MOULT_BUSY ? MOULT_BUSY : MOULT_FAILED;
}

void mo_session_rollback(struct session *session)
{
	mo_guard_end(&session->guard);
	if (!sqlite3_get_autocommit(session->db))
		mo_exec(session->db, "ROLLBACK");
}

int mo_session_flush(struct session *session)
{
	return sqlite3_get_autocommit(session->db)
		       ? SQLITE_OK
		       : mo_exec(session->db, "SAVEPOINT moult_flush; RELEASE moult_flush");
}

int mo_session_holds(struct session *session)
{
	if (!sqlite3_get_autocommit(session->db))
		return MOULT_OK;
	mo_diag(&session->m->diags, DIAG_RUN008, NULL, NULL,
		"SQLite ended the transaction; nothing is changed");
	return MOULT_FAILED;
}

int mo_session_in_place(struct session *session)
{
	int moved = 0;

	if (sqlite3_file_control(session->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) !=
		    SQLITE_OK ||
	    !moved)
		return MOULT_OK;
	mo_diag(&session->m->diags, DIAG_RUN030, NULL, sqlite3_db_filename(session->db, "main"),
		"the file was replaced or removed while it was open; nothing is changed");
	mo_diag_hint(&session->m->diags, "run again: it will open what is there now");
	return MOULT_FAILED;
}
