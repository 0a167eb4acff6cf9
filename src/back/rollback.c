/* SPDX-License-Identifier: MIT */
/*
 * rollback.c: the way back.
 *
 *	choose		a backup, by manifest and history, and check it
 *	lock		everyone else out
 *	compare		rows written since the migration? then refuse
 *	save		the present state, as a backup of its own
 *	restore		the backup into the live file, one transaction
 *	verify		that the file now holds what the backup holds
 *	mark		what is undone, and let go
 *
 * The file is never replaced by renaming: an open connection would go on
 * writing into a file without a name, and a WAL would be played over the
 * wrong one.  sqlite3_backup writes it page by page through a journal, as any
 * other transaction, and every open connection sees the outcome.
 *
 * There are two ways to keep others out.
 *
 *   alone   locking_mode=EXCLUSIVE and a BEGIN EXCLUSIVE: the lock on the file
 *	     outlives the transaction, and `live` reads, is restored and
 *	     verified under it.  Always so with a rollback journal.
 *   shared  In WAL mode every open connection, idle or not, holds a lock that
 *	     stands in the way of that.  There the first step of the copy, of
 *	     no page, takes the write lock into `live`; what the file holds is
 *	     read through a second connection, `reader`, as WAL allows.  The
 *	     lock ends with the commit; so `reader` verifies under a lock of its
 *	     own, and rows that somebody wrote in between are theirs to keep.
 *
 * The backup that is put back stays, whatever happens.
 */
#include "back/rollback.h"

#include <string.h>
#include <time.h>

#include "back/newer.h"
#include "back/undone.h"
#include "backup/backup.h"
#include "backup/file.h"
#include "base/json.h"
#include "base/show.h"
#include "base/text.h"
#include "digest/digest.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/input.h"
#include "live/watch.h"
#include "session/history.h"

#define NAP_MS 20

struct rollback {
	struct moult *m;
	struct arena *arena;
	const moult_options *options;
	const char *path;      /* of the database, without links */
	const char *directory; /* of its backups */
	struct backup_entry *chosen;
	sqlite3 *live;		/* is written */
	sqlite3 *reader;	/* reads what the file holds; the same as live when alone */
	sqlite3 *source;	/* the chosen backup */
	sqlite3_backup *copy;	/* begun when shared: it has the lock */
	const char *verdict;	/* of quick_check on the backup */
	struct state want;	/* what the backup holds */
	struct state have;	/* what the file held */
	long long user_version; /* that it had */
	struct list past; /* of struct history: what its history said, as far as it can be read */
	struct backup *saved;
	struct timespec began;
};

static bool is_shared(const struct rollback *r)
{
	return r->reader != r->live;
}

/* ---- open and choose ---- */

/* Who waits for others is asked, and may end it. */
static bool may_wait(struct rollback *r, long long waited_ms)
{
	const moult_progress progress = {"lock", NULL, "rows", 0, -1, 0, 0};

	if (waited_ms >= r->options->timeout_ms)
		return false;
	if (!mo_goes_on(r->m, &progress))
		return false;
	mo_nap(NAP_MS * 1000);
	return true;
}

static int on_busy(void *context, int count)
{
	return may_wait(context, (long long)count * NAP_MS);
}

/* Half the cache that --memory allows: what else holds pages of 64 KiB needs as much again. */
static int connect(sqlite3 **db, struct rollback *r, const char *path)
{
	const char *sql = mo_arena_format(r->arena,
					  "PRAGMA synchronous=EXTRA; PRAGMA main.cache_size=%lld;"
					  " SELECT count(*) FROM main.sqlite_master",
					  -(r->options->memory >> 11));
	int rc = sql ? mo_connect(db, r->m, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE)
		     : mo_diag_memory(&r->m->diags);

	if (rc)
		return rc;
	sqlite3_busy_handler(*db, on_busy, r);
	rc = mo_backup_prepare(*db);
	if (!rc)
		rc = mo_exec(*db, sql);
	if (rc)
		return mo_diag_sqlite(&r->m->diags, *db, rc, DIAG_RUN001, path,
				      "open the database");
	return mo_digest_register(*db) ? mo_diag_memory(&r->m->diags) : MOULT_OK;
}

static int open_live(struct rollback *r, const char *path)
{
	const char *name;
	char *found = NULL;
	int rc = connect(&r->live, r, path);

	r->reader = r->live;
	if (rc)
		return rc;
	name = sqlite3_db_filename(r->live, "main");
	if (!name || !*name)
		return mo_diag(&r->m->diags, DIAG_RUN019, NULL, path,
			       "a database in memory has no backups");
	rc = mo_file_absolute(&found, r->arena, name, &r->m->diags, DIAG_RUN001);
	if (rc)
		return rc;
	r->path = found;
	r->directory = mo_file_directory(r->arena, found);
	if (!r->options->backup_dir)
		return r->directory ? MOULT_OK : mo_diag_memory(&r->m->diags);
	rc = mo_file_absolute(&found, r->arena, r->options->backup_dir, &r->m->diags, DIAG_RUN019);
	r->directory = found;
	return rc;
}

static int no_backup(struct rollback *r, const char *why)
{
	mo_diag(&r->m->diags, DIAG_RUN019, NULL, r->path, "%s %s", r->path, why);
	mo_diag_hint(
		&r->m->diags,
		"name a backup to go back to, or the directory of the backups with --backup-dir");
	return MOULT_TROUBLE;
}

/*
 * The migration to undo is the last one of the history, which travels back
 * with the file: it is the newest that is in force.  An older backup would
 * undo more than was asked for.
 */
static int choose_newest(struct rollback *r)
{
	struct history *last = NULL;
	const char *path;
	int rc = mo_history_last(&last, r->arena, r->live, &r->m->diags);

	if (rc)
		return rc;
	if (!last)
		return no_backup(r, "has been through no migration");
	if (!last->backup || !mo_file_is_plain(last->backup))
		return no_backup(r, "has no backup of its last migration: none was made");
	path = mo_file_join(r->arena, r->directory, last->backup);
	if (!path)
		return mo_diag_memory(&r->m->diags);
	if (!mo_file_exists(path))
		return no_backup(r,
				 mo_arena_format(r->arena,
						 "has no backup of its last migration: %s is gone",
						 path));
	return mo_backup_find(&r->chosen, r->arena, r->m, path);
}

/*
 * A backup that the history names is this file's, whatever the file was called
 * then.  One that a person names could be any: --discard-newer would put
 * another database in the place of this one.
 */
static int check_name(struct rollback *r)
{
	const char *is = r->chosen->manifest.database;
	const char *base = mo_file_base(r->path);

	if (mo_json_is(is, base))
		return MOULT_OK;
	mo_diag(&r->m->diags, DIAG_RUN020, NULL, r->chosen->path,
		"%s is a backup of %s, and the database is called %s", r->chosen->path,
		is ? is : "a database without a name", base);
	mo_diag_hint(&r->m->diags,
		     "if it is the right one all the same, give the database its former name; "
		     "a backup is a database like any other and can be looked into");
	return MOULT_TROUBLE;
}

static int choose(struct rollback *r, const char *backup)
{
	const char *beside;
	int rc;

	if (!backup)
		return choose_newest(r);
	beside = mo_file_is_plain(backup) ? mo_file_join(r->arena, r->directory, backup) : NULL;
	if (beside && mo_file_exists(beside))
		backup = beside;
	rc = mo_backup_find(&r->chosen, r->arena, r->m, backup);
	return rc ? rc : check_name(r);
}

/* All rows of a connection that has no session. */
static int read_rows(struct state *state, struct rollback *r, struct moult *m, sqlite3 *db,
		     enum diag_id id)
{
	struct watch watch;
	int rc;

	mo_watch_begin(&watch, m, db, "digest", NULL);
	rc = mo_state_read(state, r->arena, m, db, id, NULL);
	mo_watch_end(&watch);
	return rc;
}

static int open_source(struct rollback *r)
{
	int rc = mo_backup_open(&r->source, r->m, r->chosen->path, mo_backup_vfs(r->live));

	if (rc)
		return rc;
	if (mo_digest_register(r->source))
		return mo_diag_memory(&r->m->diags);
	rc = mo_backup_judge(&r->verdict, r->arena, r->m, r->source);
	return rc ? rc : read_rows(&r->want, r, r->m, r->source, DIAG_RUN020);
}

/* ---- lock ---- */

static int busy(struct rollback *r, sqlite3 *db, int rc)
{
	rc = mo_diag_sqlite(&r->m->diags, db, rc, DIAG_RUN008, r->path, "lock the database");
	if (rc == MOULT_BUSY)
		mo_diag_hint(&r->m->diags,
			     "end the programs that use %s, or wait longer with --timeout; "
			     "fuser %s names them",
			     r->path, mo_shell_word(r->arena, r->path));
	return rc;
}

static int lock_alone(struct rollback *r)
{
	return mo_exec(r->live, "PRAGMA main.locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
}

/* SQLite refuses to change the size of pages under a WAL. */
static int same_page_size(struct rollback *r)
{
	const long long have = mo_query_integer(r->live, "PRAGMA main.page_size", 0, NULL);
	const long long want = mo_query_integer(r->source, "PRAGMA main.page_size", 0, NULL);

	if (have == want)
		return MOULT_OK;
	mo_diag(&r->m->diags, DIAG_RUN016, NULL, r->path,
		"pages have %lld bytes in the database, which is in WAL mode, and %lld in the "
		"backup",
		have, want);
	mo_diag_hint(&r->m->diags, "take the database out of WAL mode first: "
				   "PRAGMA journal_mode = DELETE");
	return MOULT_TROUBLE;
}

/* A step of no page takes the write lock of live, and has it until the copy is finished. */
static int take_write_lock(struct rollback *r)
{
	long long waited = 0;

	r->copy = sqlite3_backup_init(r->live, "main", r->source, "main");
	if (!r->copy)
		return sqlite3_errcode(r->live);
	for (;;) {
		const int rc = sqlite3_backup_step(r->copy, 0);

		if ((rc & 0xff) != SQLITE_BUSY || !may_wait(r, waited))
			return rc;
		waited += NAP_MS;
	}
}

/* Live is opened anew: the attempt to be alone left a PENDING lock, which lets nobody in. */
static int lock_shared(struct rollback *r)
{
	int rc;

	mo_disconnect(r->live);
	r->live = r->reader = NULL;
	rc = connect(&r->live, r, r->path);
	if (!rc)
		rc = connect(&r->reader, r, r->path);
	if (rc)
		return rc;
	rc = take_write_lock(r);
	if (!rc)
		return MOULT_OK;
	if ((rc & 0xff) == SQLITE_BUSY)
		return mo_diag(&r->m->diags, DIAG_RUN004, NULL, r->path,
			       "could not lock the database: %s", sqlite3_errstr(rc));
	return mo_diag(&r->m->diags, DIAG_RUN008, NULL, r->path, "could not lock the database: %s",
		       sqlite3_errstr(rc));
}

static int lock(struct rollback *r)
{
	const bool wal = mo_has_wal(r->arena, r->live);
	int rc = wal ? same_page_size(r) : MOULT_OK;

	if (rc)
		return rc;
	if (wal)
		sqlite3_busy_timeout(r->live, 0);
	rc = lock_alone(r);
	if (wal && (rc & 0xff) == SQLITE_BUSY)
		return lock_shared(r);
	return rc ? busy(r, r->live, rc) : MOULT_OK;
}

/* ---- compare ---- */

/*
 * Programs set user_version when they have migrated, and it is no row: it goes back with the schema
 * that it speaks of.
 */
static int say_version(struct rollback *r)
{
	const long long have = mo_query_integer(r->reader, "PRAGMA main.user_version", 0, NULL);
	const long long want = mo_query_integer(r->source, "PRAGMA main.user_version", 0, NULL);
	struct history *last = NULL;
	const int rc = mo_history_last(&last, r->arena, r->reader, &r->m->diags);

	if (!rc && last && have != want && have != last->user_version_after)
		mo_diag(&r->m->diags, DIAG_RUN048, NULL, r->path,
			"user_version was set to %lld since the migration, and goes back to %lld",
			have, want);
	return rc;
}

/* A file so damaged that its rows cannot be read may still go back, if its owner says so. */
static int check_newer(struct rollback *r)
{
	struct moult quiet = *r->m;
	int rc;

	if (!r->options->discard_newer) {
		rc = read_rows(&r->have, r, r->m, r->reader, DIAG_RUN003);
		if (!rc)
			rc = mo_newer_judge(r->m, r->arena, r->chosen, r->source, &r->want,
					    &r->have);
		return rc ? rc : say_version(r);
	}
	if (mo_diags_init(&quiet.diags))
		return mo_diag_memory(&r->m->diags);
	if (read_rows(&r->have, r, &quiet, r->reader, DIAG_RUN003))
		r->have = (struct state){0};
	mo_diags_done(&quiet.diags);
	return mo_arena_rc(r->arena) ? mo_diag_memory(&r->m->diags) : MOULT_OK;
}

/* ---- save ---- */

static int save(struct rollback *r)
{
	const struct manifest *chosen = &r->chosen->manifest;
	const bool untouched = r->have.schema && mo_same(r->have.schema, chosen->state.schema);
	struct backup_order order = {
		.kind = MO_KIND_BEFORE_ROLLBACK, .plan = chosen->plan, .source = r->reader};
	moult_options options = *r->options;
	char *exact = NULL;
	int rc = MOULT_OK;

	options.no_backup = 0;
	if (r->have.schema)
		rc = mo_catalogue_exact(&exact, r->arena, r->reader, &r->m->diags);
	if (rc)
		return rc;
	order.before.exact = exact;
	order.before.shape = untouched ? chosen->after.shape : NULL;
	rc = mo_backup_make(&r->saved, r->m, r->reader, &order, &options);
	if (rc)
		return rc;
	/* What the restore will leave is known: it is what the backup holds. */
	return mo_backup_set_after(r->saved, r->m, &r->want, &chosen->before);
}

/* ---- restore and verify ---- */

static int restore(struct rollback *r)
{
	sqlite3_backup *copy =
		r->copy ? r->copy : sqlite3_backup_init(r->live, "main", r->source, "main");

	r->copy = NULL;
	return mo_backup_copy(r->m, copy, r->live, r->options->timeout_ms, "restore", DIAG_RUN008);
}

static bool verdict_holds(struct rollback *r)
{
	struct watch watch;
	const char *verdict;

	mo_watch_begin(&watch, r->m, r->reader, "check", NULL);
	verdict = mo_backup_verdict(r->arena, r->reader);
	mo_watch_end(&watch);
	return verdict && (mo_backup_is_sound(verdict) || mo_same(verdict, r->verdict));
}

static bool rows_hold(struct rollback *r)
{
	struct list changes = {0};
	struct state now;

	if (read_rows(&now, r, r->m, r->reader, DIAG_RUN010))
		return false;
	mo_state_compare(&changes, r->arena, &r->want, &now);
	return !mo_arena_rc(r->arena) && !changes.count && mo_same(now.schema, r->want.schema);
}

/* Puts the saved state back, whose bytes were checked when it was made. */
static int put_back(struct rollback *r)
{
	sqlite3 *source = NULL;
	int rc;

	if (is_shared(r))
		mo_exec(r->reader, "ROLLBACK");
	rc = mo_backup_open(&source, r->m, r->saved->path, mo_backup_vfs(r->live));
	if (!rc)
		rc = mo_backup_copy(r->m, sqlite3_backup_init(r->live, "main", source, "main"),
				    r->live, r->options->timeout_ms, "restore", DIAG_RUN008);
	mo_disconnect(source);
	if (rc)
		return mo_diag(&r->m->diags, DIAG_RUN003, NULL, r->path,
			       "the state before could not be put back either; it is in %s",
			       r->saved->path);
	mo_backup_discard(r->saved, r->m);
	r->saved = NULL;
	return mo_diag(&r->m->diags, DIAG_RUN010, NULL, r->path,
		       "the file did not hold what the backup holds; it is as it was before");
}

static int verify(struct rollback *r)
{
	int rc = is_shared(r) ? mo_exec(r->reader, "BEGIN IMMEDIATE") : SQLITE_OK;

	if (rc) {
		mo_diag(&r->m->diags, DIAG_RUN026, NULL, r->path, "restored, but not verified: %s",
			sqlite3_errmsg(r->reader));
		return MOULT_OK;
	}
	if (!verdict_holds(r))
		return put_back(r);
	if (rows_hold(r))
		return MOULT_OK;
	if (!is_shared(r))
		return put_back(r);
	mo_diag(&r->m->diags, DIAG_RUN026, NULL, r->path,
		"rows were written by others right after the restore");
	return MOULT_OK;
}

/* ---- record ---- */

static long long elapsed_ms(const struct rollback *r)
{
	struct timespec now = r->began;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - r->began.tv_sec) * 1000LL + (now.tv_nsec - r->began.tv_nsec) / 1000000;
}

/* What the file will have again, and beside it a row of this rollback. */
static int read_history(struct rollback *r, struct diags *diags)
{
	const int rc = mo_history_check_room(r->reader, diags);

	return rc ? rc : mo_history_read(&r->past, r->arena, r->reader, diags);
}

/* A file so damaged that it has no history to read may still go back, if its owner says so. */
static int read_past(struct rollback *r)
{
	struct moult quiet = *r->m;
	bool starved;

	r->user_version = mo_query_integer(r->reader, "PRAGMA main.user_version", 0, NULL);
	if (!r->options->discard_newer)
		return read_history(r, &r->m->diags);
	if (mo_diags_init(&quiet.diags))
		return mo_diag_memory(&r->m->diags);
	if (read_history(r, &quiet.diags))
		r->past = (struct list){0};
	starved = mo_diag_is_starved(&quiet.diags) || mo_arena_rc(r->arena);
	mo_diags_done(&quiet.diags);
	return starved ? mo_diag_memory(&r->m->diags) : MOULT_OK;
}

/* The backup has no row of what is undone now, nor of this; where none can be written, that is said. */
static void record(struct rollback *r)
{
	const struct manifest *chosen = &r->chosen->manifest;
	struct history *last = NULL;
	struct history row = {.plan = chosen->plan,
			      .shape_before = r->saved->manifest.before.shape,
			      .shape_after = chosen->before.shape,
			      .rows_copied = 0,
			      .elapsed_ms = elapsed_ms(r),
			      .backup = mo_file_base(r->saved->path)};
	int rc = sqlite3_get_autocommit(r->reader) ? mo_exec(r->reader, "BEGIN IMMEDIATE")
						   : SQLITE_OK;

	row.user_version_after = mo_query_integer(r->reader, "PRAGMA main.user_version", 0, NULL);
	row.user_version_before = r->user_version;
	if (!rc && mo_history_last(&last, r->arena, r->reader, &r->m->diags) == MOULT_OK && last)
		row.release = last->release;
	if (rc)
		mo_diag_sqlite(&r->m->diags, r->reader, rc, DIAG_RUN026, r->path,
			       "record the rollback");
	else
		rc = mo_history_undo(r->reader, &r->past, &row, &r->m->diags);
	if (!rc)
		rc = mo_exec(r->reader, "COMMIT");
	if (rc)
		mo_exec(r->reader, "ROLLBACK");
}

/* ---- let go ---- */

static void let_go(struct rollback *r)
{
	if (r->copy)
		sqlite3_backup_finish(r->copy);
	if (r->reader != r->live)
		mo_disconnect(r->reader);
	mo_disconnect(r->live);
	mo_disconnect(r->source);
}

/* A WAL that holds the whole file is better emptied now; or its readers will do it. */
static void empty_wal(struct rollback *r)
{
	if (is_shared(r))
		mo_exec(r->reader, "ROLLBACK");
	sqlite3_busy_timeout(r->live, 0);
	sqlite3_wal_checkpoint_v2(r->live, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static long long total_rows(const struct state *state)
{
	long long rows = 0;

	EACH (const struct table_state, table, &state->tables)
		rows += table->rows;
	return rows;
}

static int tell_outcome(moult_outcome *outcome, const struct rollback *r)
{
	char *backup, *plan;

	if (!outcome)
		return MOULT_OK;
	backup = sqlite3_mprintf("%s", r->saved->path);
	plan = r->chosen->manifest.plan ? sqlite3_mprintf("%s", r->chosen->manifest.plan) : NULL;
	if (!backup) {
		sqlite3_free(plan);
		return mo_diag(&r->m->diags, DIAG_RUN026, NULL, r->path,
			       "done, but there is no memory to say more");
	}
	outcome->backup = backup;
	outcome->plan_id = plan;
	outcome->steps = 1;
	outcome->rows = total_rows(&r->want);
	outcome->elapsed_ms = elapsed_ms(r);
	outcome->deed = MOULT_PUT_BACK;
	return MOULT_OK;
}

/*
 * A restore whose last sync fails says so, and yet the backup is in the file.
 * What was saved goes only where the file holds it still.
 */
static bool is_as_before(struct rollback *r)
{
	struct moult quiet = *r->m;
	struct list changes = {0};
	struct state now;
	bool same = false;

	if (!r->have.schema || mo_diags_init(&quiet.diags))
		return false;
	quiet.settled = true;
	if (mo_state_read(&now, r->arena, &quiet, r->reader, DIAG_RUN003, NULL) == MOULT_OK) {
		mo_state_compare(&changes, r->arena, &r->have, &now);
		same = !mo_arena_rc(r->arena) && !changes.count &&
		       mo_same(now.schema, r->have.schema);
	}
	mo_diags_done(&quiet.diags);
	return same;
}

static void end_saved(struct rollback *r)
{
	if (is_as_before(r)) {
		mo_backup_discard(r->saved, r->m);
	} else {
		mo_diag(&r->m->diags, DIAG_RUN026, NULL, r->saved->path,
			"the restore failed, and yet it may be in the file; the state before it is in %s",
			r->saved->path);
		mo_backup_free(r->saved);
	}
	r->saved = NULL;
}

/* A file that was replaced under us is not the one that is asked for. */
static int check_place(struct rollback *r)
{
	int moved = 0;

	if (sqlite3_file_control(r->live, "main", SQLITE_FCNTL_HAS_MOVED, &moved) || !moved)
		return MOULT_OK;
	mo_diag(&r->m->diags, DIAG_RUN030, NULL, r->path,
		"the file was replaced or removed while it was open; nothing is changed");
	mo_diag_hint(&r->m->diags, "run again: it will open what is there now");
	return MOULT_FAILED;
}

/* Whatever is wrong with the backup, another one is what helps. */
static void hint_other(struct rollback *r)
{
	mo_diag_hint_of(&r->m->diags, DIAG_RUN020,
			"name another backup; moult history %s --check tells which are whole",
			mo_shell_word(r->arena, r->path));
}

/* Up to the end of this nothing is changed. */
static int prepare(struct rollback *r, const char *path, const char *backup)
{
	int rc = mo_source_refuse_document(r->m, path);

	if (!rc)
		rc = open_live(r, path);
	if (!rc)
		rc = choose(r, backup);
	if (!rc)
		rc = open_source(r);
	if (rc)
		hint_other(r);
	if (!rc)
		rc = lock(r);
	if (!rc)
		rc = check_newer(r);
	if (!rc)
		rc = read_past(r);
	if (!rc)
		rc = save(r);
	return rc ? rc : check_place(r);
}

/* Once the backup is in the file, a wish to stop comes too late: what is left only reads. */
static int run(struct rollback *r, const char *path, const char *backup, moult_outcome *outcome)
{
	struct undoing undoing;
	int rc = prepare(r, path, backup);

	if (rc) {
		mo_backup_discard(r->saved, r->m);
		r->saved = NULL;
		return rc;
	}
	rc = restore(r);
	if (rc) {
		end_saved(r);
		return rc;
	}
	r->m->settled = true;
	rc = verify(r);
	if (rc || !r->saved)
		return rc;
	record(r);
	undoing = (struct undoing){r->path, r->chosen, r->saved};
	mo_undone_mark(r->m, r->arena, &undoing);
	empty_wal(r);
	return tell_outcome(outcome, r);
}

int mo_rollback(struct moult *m, const char *path, const char *backup, const moult_options *options,
		moult_outcome *outcome)
{
	const moult_options usual = MOULT_OPTIONS_INIT;
	struct rollback r = {
		.m = m, .arena = mo_arena_new(), .options = options ? options : &usual};
	int rc;

	clock_gettime(CLOCK_MONOTONIC, &r.began);
	rc = r.arena ? run(&r, path, backup, outcome) : mo_diag_memory(&m->diags);
	m->settled = false;
	let_go(&r);
	mo_backup_free(r.saved);
	mo_arena_free(r.arena);
	return rc;
}
