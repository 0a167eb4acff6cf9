/* SPDX-License-Identifier: MIT */
/*
 * backup.c: makes a backup, and ends it with its run.
 *
 *	stale files of ours away
 *	      |
 *	copy -----> NAME.DEV-INO.backup.tmp --> quick_check, size, checksum, fsync
 *	                                               |
 *	                        NAME.backup <-- rename, never over another file
 *	                        NAME.json   <-- NAME.DEV-INO.json.tmp, fsync, rename
 *	                                               |
 *	                                        fsync of the directory
 *
 * The copy is made by a connection of its own (SQLite refuses a source that is
 * writing) while the caller's BEGIN IMMEDIATE keeps every writer out; so it is
 * the exact state before the change.  It opens the database through SQLite,
 * which takes care of the locks that POSIX would drop.
 *
 * Where all is in the file itself, and nobody else in the process has it open, the
 * file system makes the copy (backup/clone.h).
 *
 * The target needs no journal and no sync of SQLite's: it is nothing until it
 * has its name.
 */
#include "backup/backup.h"

#include <string.h>
#include <time.h>

#include "backup/beside.h"
#include "backup/clone.h"
#include "backup/file.h"
#include "backup/name.h"
#include "backup/neighbours.h"
#include "base/json.h"
#include "base/text.h"
#include "live/connect.h"

#define LARGE (16LL << 20) /* bytes from which a thread is worth its while */
#define TRIES 100	   /* at a name that others take before us */

/* What mo_backup_make() carries from step to step. */
struct backup_work {
	struct backup *backup;
	struct moult *m;
	sqlite3 *db;
	struct backup_order order;
	const moult_options *options;
	struct arena *arena;
	const char *database;  /* its path; NULL: in memory */
	const char *base;      /* its name */
	const char *directory; /* of the backup */
	const char *identity;
	const char *part; /* the copy before it has its name */
	int fd;		  /* of the copy */
	const char *vfs;
	sqlite3 *source;
	sqlite3 *target;
	struct beside *beside;
};

static bool in_memory(sqlite3 *db)
{
	const char *path = sqlite3_db_filename(db, "main");

	return !path || !*path;
}

static int locate(struct backup_work *work)
{
	struct diags *diags = &work->m->diags;
	char *path = NULL;
	int rc;

	if (!in_memory(work->db)) {
		rc = mo_file_absolute(&path, work->arena, sqlite3_db_filename(work->db, "main"),
				      diags, DIAG_RUN007);
		if (rc)
			return rc;
		work->identity = mo_file_identity(work->arena, path, diags, DIAG_RUN007);
		if (!work->identity)
			return MOULT_TROUBLE;
	}
	work->database = path;
	work->base = path ? mo_file_base(path) : "memory";
	work->directory = path ? mo_file_directory(work->arena, path) : NULL;
	if (!work->options->backup_dir)
		return mo_arena_rc(work->arena) ? mo_diag_memory(diags) : MOULT_OK;
	rc = mo_file_absolute(&path, work->arena, work->options->backup_dir, diags, DIAG_RUN007);
	work->directory = path;
	return rc;
}

/* What it says in backup.h: the lock that we have proves that nobody uses them. */
static void remove_stale(struct backup_work *work, const struct list *names)
{
	struct backup_name parts;
	const char *end =
		mo_arena_format(work->arena, ".%s" MO_BACKUP_SUFFIX ".tmp", work->identity);
	const char *record_end =
		mo_arena_format(work->arena, ".%s" MO_RECORD_SUFFIX ".tmp", work->identity);

	for (int i = 0; end && record_end && i < names->count; i++) {
		const char *name = names->items[i];
		const bool ours = mo_backup_name_read(&parts, name, work->base) &&
				  (mo_same(parts.suffix, end) || mo_same(parts.suffix, record_end));
		const char *path = ours ? mo_file_join(work->arena, work->directory, name) : NULL;

		if (path)
			mo_file_remove(path, &work->m->diags, DIAG_RUN026);
	}
}

/* Takes the names for a number; the copy keeps the name that it has. */
static int take_names(struct backup_work *work, long long number, time_t now)
{
	struct backup *backup = work->backup;
	struct arena *arena = work->arena;
	const char *stem = mo_backup_name_stem(arena, work->base, number, now);
	const char *path = stem ? mo_file_join(arena, work->directory, stem) : NULL;
	const char *identity = work->identity ? work->identity : "memory";

	backup->manifest.number = number;
	backup->path = mo_arena_format(arena, "%s" MO_BACKUP_SUFFIX, path);
	backup->record = mo_arena_format(arena, "%s" MO_RECORD_SUFFIX, path);
	backup->temporary = mo_arena_format(arena, "%s.%s" MO_RECORD_SUFFIX ".tmp", path, identity);
	if (!work->part)
		work->part =
			mo_arena_format(arena, "%s.%s" MO_BACKUP_SUFFIX ".tmp", path, identity);
	if (mo_arena_rc(arena) || !path)
		return mo_diag_memory(&work->m->diags);
	backup->manifest.backup = mo_file_base(backup->path);
	return MOULT_OK;
}

static int prepare_names(struct backup_work *work, bool clean)
{
	struct list *names = &work->backup->neighbours;
	int rc;

	*names = (struct list){0};
	rc = mo_neighbours(names, work->arena, work->m, work->directory, work->base, work->database,
			   DIAG_RUN007);
	if (rc)
		return rc;
	if (clean && work->identity)
		remove_stale(work, names);
	return take_names(work, mo_backup_name_next(names, work->base), time(NULL));
}

static int check_space(struct backup_work *work)
{
	const long long pages = mo_query_integer(work->db, "PRAGMA main.page_count", 0, NULL);
	const long long size = pages * mo_query_integer(work->db, "PRAGMA main.page_size", 0, NULL);
	long long space = 0;
	int rc = mo_file_free(&space, work->directory, &work->m->diags, DIAG_RUN007);

	if (rc || space > size)
		return rc;
	rc = mo_diag(&work->m->diags, DIAG_RUN007, NULL, work->directory,
		     "the backup needs %lld bytes, and %lld are free in %s", size, space,
		     work->directory);
	mo_diag_hint(&work->m->diags, "make room, or name another directory with --backup-dir");
	return rc;
}

static int connect_source(struct backup_work *work)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE;
	const char *uri;
	int rc;

	work->source = work->order.source;
	if (work->source || !work->database)
		return MOULT_OK;
	uri = mo_file_uri(work->arena, work->database, work->vfs, NULL);
	rc = uri ? mo_connect(&work->source, work->m, uri, flags) : mo_diag_memory(&work->m->diags);
	if (rc)
		return rc;
	sqlite3_busy_timeout(work->source, work->options->timeout_ms);
	rc = mo_backup_prepare(work->source);
	/* The first read begins the snapshot that all steps of the copy see. */
	if (!rc)
		rc = mo_exec(work->source, "BEGIN; SELECT count(*) FROM main.sqlite_master");
	if (rc)
		return mo_diag_sqlite(&work->m->diags, work->source, rc, DIAG_RUN007,
				      work->database,
				      "read the database through a second connection");
	return MOULT_OK;
}

/*
 * What came of opening the copy by its name; one that cannot be opened may have been replaced too.
 */
static int check_opened(const struct backup_work *work, sqlite3 *db, int rc)
{
	if (!rc)
		return mo_backup_check_opened(work->m, db, work->fd, work->part, DIAG_RUN007);
	mo_file_check_name(work->fd, work->part, &work->m->diags, DIAG_RUN007);
	return rc;
}

static int connect_target(struct backup_work *work)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE |
			  SQLITE_OPEN_NOFOLLOW;
	const char *uri = mo_file_uri(work->arena, work->part, work->vfs, NULL);
	int rc = uri ? MOULT_OK : mo_diag_memory(&work->m->diags);

	if (!rc)
		rc = mo_connect(&work->target, work->m, uri, flags);
	rc = check_opened(work, work->target, rc);
	if (rc)
		return rc;
	rc = mo_exec(
		work->target,
		"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE");
	return rc ? mo_diag_sqlite(&work->m->diags, work->target, rc, DIAG_RUN007, work->part,
				   "write the backup")
		  : MOULT_OK;
}

static int copy(struct backup_work *work)
{
	sqlite3 *source = work->source ? work->source : work->db;

	return mo_backup_copy(work->m, sqlite3_backup_init(work->target, "main", source, "main"),
			      work->target, work->options->timeout_ms, "backup", DIAG_RUN007);
}

/* A transaction that has written nothing; see backup.h. */
static int copy_memory(struct backup_work *work)
{
	const bool inside = !sqlite3_get_autocommit(work->db);
	int rc = inside ? mo_exec(work->db, "COMMIT") : SQLITE_OK;

	if (!rc)
		rc = copy(work);
	else
		rc = mo_diag_sqlite(&work->m->diags, work->db, rc, DIAG_RUN007, NULL,
				    "step out of the transaction");
	if (inside && mo_exec(work->db, "BEGIN IMMEDIATE") && !rc)
		rc = mo_diag(&work->m->diags, DIAG_RUN007, NULL, NULL,
			     "could not begin the transaction again");
	return rc;
}

/* Not where an application has functions of its own in the connection, or a VFS. */
static bool may_be_thread(const struct backup_work *work)
{
	return work->backup->manifest.size >= LARGE && !work->m->on_open && work->vfs &&
	       mo_name_has_prefix(work->vfs, "unix");
}

static int begin_to_check(struct backup_work *work)
{
	struct diags *diags = &work->m->diags;
	sqlite3 *db = NULL;
	int rc = mo_file_length(&work->backup->manifest.size, work->fd, work->part, diags,
				DIAG_RUN007);

	if (!rc)
		rc = mo_backup_open(&db, work->m, work->part, work->vfs);
	rc = check_opened(work, db, rc);
	if (!rc)
		return mo_beside_begin(&work->beside, work->m, db, work->part, work->fd,
				       may_be_thread(work));
	mo_disconnect(db);
	return rc;
}

/* Faults that the database has itself are not the backup's. */
static int judge(struct backup_work *work, const struct beside_result *result)
{
	struct manifest *manifest = &work->backup->manifest;
	sqlite3 *source = work->source ? work->source : work->db;

	if (result->stopped)
		return mo_diag(&work->m->diags, DIAG_RUN014, NULL, work->part,
			       "interrupted while checking the backup");
	if (result->fault)
		return mo_diag(&work->m->diags, DIAG_RUN007, NULL, work->part, "%s", result->fault);
	manifest->quick_check = mo_arena_text(work->arena, result->verdict);
	manifest->checksum = mo_arena_text(work->arena, result->checksum);
	if (!manifest->quick_check || !manifest->checksum)
		return mo_diag_memory(&work->m->diags);
	if (mo_backup_is_sound(manifest->quick_check) ||
	    mo_same(manifest->quick_check, mo_backup_verdict(work->arena, source)))
		return MOULT_OK;
	return mo_diag(&work->m->diags, DIAG_RUN007, NULL, work->part, "the backup is damaged: %s",
		       manifest->quick_check);
}

static int publish(struct backup_work *work)
{
	struct diags *diags = &work->m->diags;
	bool taken = true;
	int rc = MOULT_OK;

	for (int i = 0; !rc && taken && i < TRIES; i++) {
		if (i)
			rc = prepare_names(work, false);
		if (!rc)
			rc = mo_file_publish(&taken, work->part, work->backup->path, diags,
					     DIAG_RUN007);
	}
	if (!rc && taken)
		return mo_diag(diags, DIAG_RUN007, NULL, work->backup->path,
			       "%s and the names after it are taken", work->backup->path);
	if (!rc)
		rc = mo_file_check_name(work->fd, work->backup->path, diags, DIAG_RUN007);
	return rc;
}

static int describe(struct backup_work *work)
{
	struct manifest *manifest = &work->backup->manifest;
	struct arena *arena = work->arena;

	manifest->format = MO_MANIFEST_FORMAT;
	manifest->kind = mo_arena_text(arena, work->order.kind);
	manifest->database = work->base;
	manifest->directory = work->database ? mo_file_directory(arena, work->database) : NULL;
	manifest->created = mo_backup_time(arena, time(NULL));
	manifest->version = MOULT_VERSION;
	manifest->sqlite = sqlite3_libversion();
	manifest->plan = mo_arena_text(arena, work->order.plan);
	manifest->before.exact = mo_arena_text(arena, work->order.before.exact);
	manifest->before.shape = mo_arena_text(arena, work->order.before.shape);
	return mo_arena_rc(arena) ? mo_diag_memory(&work->m->diags) : MOULT_OK;
}

static int write_record(struct backup *backup, struct moult *m)
{
	return mo_manifest_write(&backup->manifest, backup->record, backup->temporary,
				 backup->model, m);
}

/*
 * Whether the bytes of the file are what the database holds, and may be read past SQLite:
 * backup/clone.h.
 */
static bool is_all_in_file(const struct backup_work *work)
{
	return work->order.clone && work->database && !work->m->on_open && work->vfs &&
	       mo_name_has_prefix(work->vfs, "unix") && !mo_has_wal(work->arena, work->db);
}

static int refuse_to_copy(struct backup_work *work)
{
	struct diags *diags = &work->m->diags;
	const long long bytes = mo_query_integer(work->source, "PRAGMA main.page_count", 0, NULL) *
				mo_query_integer(work->source, "PRAGMA main.page_size", 0, NULL);

	mo_diag(diags, DIAG_RUN083, NULL, work->backup->path,
		"this cannot be done online: the file has a rollback journal, and every COMMIT would "
		"wait while its %lld MB are copied for the backup",
		bytes / 1000000);
	mo_diag_hint(diags, "go without one where there is another (--no-backup), allow that with "
			    "--max-lock, or set PRAGMA journal_mode = WAL first");
	return mo_diag_kinds[DIAG_RUN083].result;
}

static int copy_and_close(struct backup_work *work)
{
	int rc = connect_source(work);

	if (!rc)
		rc = mo_file_create(&work->fd, work->part, work->backup->model, &work->m->diags,
				    DIAG_RUN007);
	if (!rc && is_all_in_file(work) &&
	    mo_clone(work->m, work->database, work->fd, work->order.clone == MO_MUST_CLONE))
		return MOULT_OK;
	if (!rc && work->order.clone == MO_MUST_CLONE)
		rc = refuse_to_copy(work);
	if (!rc)
		rc = connect_target(work);
	if (!rc)
		rc = work->database ? copy(work) : copy_memory(work);
	mo_disconnect(work->target);
	work->target = NULL;
	return rc;
}

/* Lets go of everything but the files. */
static void work_done(struct backup_work *work)
{
	mo_beside_free(work->beside);
	mo_file_close(&work->fd);
	if (work->source != work->order.source)
		mo_disconnect(work->source);
	work->beside = NULL;
	work->source = NULL;
	work->backup->work = NULL;
}

static void work_undone(struct backup_work *work)
{
	struct moult *m = work->m;
	const char *part = work->part;

	work_done(work);
	if (part)
		mo_file_remove(part, &m->diags, DIAG_RUN026);
}

static int begin(struct backup_work *work)
{
	int rc = locate(work);

	work->backup->model = work->database;
	work->vfs = mo_backup_vfs(work->db);
	if (!rc)
		rc = prepare_names(work, true);
	if (!rc)
		rc = check_space(work);
	if (!rc)
		rc = describe(work);
	if (!rc)
		rc = copy_and_close(work);
	return rc ? rc : begin_to_check(work);
}

/* Whatever was wrong with the directory, another one is what helps. */
static void hint_place(struct moult *m)
{
	mo_diag_hint_of(&m->diags, DIAG_RUN007,
			"name a directory that is there and can be written with --backup-dir, "
			"or go without the way back with --no-backup; nothing is changed");
}

int mo_backup_begin(struct backup **out, struct moult *m, sqlite3 *db,
		    const struct backup_order *order, const moult_options *options)
{
	struct arena *arena;
	struct backup *backup;
	struct backup_work *work;
	int rc;

	if (options->no_backup || (in_memory(db) && !options->backup_dir)) {
		*out = NULL;
		return MOULT_OK;
	}
	arena = mo_arena_new();
	backup = arena ? mo_arena_make(arena, struct backup) : NULL;
	work = backup ? mo_arena_make(arena, struct backup_work) : NULL;
	if (!work) {
		mo_arena_free(arena);
		return mo_diag_memory(&m->diags);
	}
	*work = (struct backup_work){.backup = backup,
				     .m = m,
				     .db = db,
				     .order = *order,
				     .options = options,
				     .fd = -1,
				     .arena = arena};
	backup->arena = arena;
	backup->work = work;
	rc = begin(work);
	if (!rc) {
		*out = backup;
		return rc;
	}
	hint_place(m);
	mo_backup_discard(backup, m);
	return rc;
}

int mo_backup_settle(struct backup *backup, struct moult *m)
{
	struct backup_work *work = backup ? backup->work : NULL;
	int rc;

	if (!work)
		return MOULT_OK;
	rc = judge(work, mo_beside_end(work->beside));
	if (!rc)
		rc = publish(work);
	if (rc)
		return rc;
	work_done(work);
	return write_record(backup, m);
}

int mo_backup_make(struct backup **out, struct moult *m, sqlite3 *db,
		   const struct backup_order *order, const moult_options *options)
{
	struct backup *backup = NULL;
	int rc = mo_backup_begin(&backup, m, db, order, options);

	if (!rc)
		rc = mo_backup_settle(backup, m);
	if (rc)
		mo_backup_discard(backup, m);
	else
		*out = backup;
	return rc;
}

/* ---- the rest of the run ---- */

int mo_backup_after(struct backup *backup, struct moult *m, sqlite3 *db,
		    const struct fingerprints *after, const struct list *known)
{
	struct state state;
	int rc;

	if (!backup)
		return MOULT_OK;
	rc = mo_state_read(&state, backup->arena, m, db, DIAG_RUN007, known);
	return rc ? rc : mo_backup_set_after(backup, m, &state, after);
}

int mo_backup_set_after(struct backup *backup, struct moult *m, const struct state *state,
			const struct fingerprints *after)
{
	if (!backup)
		return MOULT_OK;
	backup->manifest.state = *state;
	backup->manifest.after = *after;
	return write_record(backup, m);
}

/* Whether retention may remove it: one that we can read, and not of a namesake elsewhere. */
static bool is_expendable(const struct backup_entry *entry, const struct backup *backup,
			  const char *directory)
{
	return entry->manifest.format == MO_MANIFEST_FORMAT &&
	       (mo_same(directory, backup->manifest.directory) ||
		mo_json_is(entry->manifest.directory, backup->manifest.directory));
}

static void retain(struct backup *backup, struct moult *m, int keep)
{
	const char *directory = mo_file_directory(backup->arena, backup->path);
	struct list entries = {0};
	int kept = 1; /* this one */

	if (!directory || mo_backup_read_records(&entries, backup->arena, m, directory,
						 backup->manifest.database, &backup->neighbours))
		return;
	EACH (const struct backup_entry, entry, &entries) {
		if (!is_expendable(entry, backup, directory) || mo_same(entry->path, backup->path))
			continue;
		if (kept++ < keep)
			continue;
		mo_file_remove(entry->path, &m->diags, DIAG_RUN026);
		mo_file_remove(entry->record, &m->diags, DIAG_RUN026);
	}
}

void mo_backup_finish(struct backup *backup, struct moult *m, const moult_options *options)
{
	if (!backup)
		return;
	if (options->keep > 0)
		retain(backup, m, options->keep);
	mo_backup_free(backup);
}

void mo_backup_discard(struct backup *backup, struct moult *m)
{
	if (!backup)
		return;
	if (backup->work) {
		work_undone(backup->work);
		mo_backup_free(backup);
		return;
	}
	mo_file_remove(backup->record, &m->diags, DIAG_RUN026);
	mo_file_remove(backup->path, &m->diags, DIAG_RUN026);
	mo_backup_free(backup);
}

void mo_backup_free(struct backup *backup)
{
	if (backup)
		mo_arena_free(backup->arena);
}
