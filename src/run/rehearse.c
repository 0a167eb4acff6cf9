/* SPDX-License-Identifier: MIT */
/*
 * rehearse.c: see rehearse.h.
 *
 * How much space a run takes is seen by looking at the sizes of the copy and
 * its journal or WAL whenever there is progress.  The file never shrinks before
 * COMMIT and the journal never before that, so the largest of each, added, is
 * what they took together at most.  Temporary files have no names; what sorting
 * takes is in the estimate only (run/space.h).
 */
#include "run/rehearse.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backup/backup.h"
#include "backup/file.h"
#include "base/show.h"
#include "base/text.h"
#include "hazard/assess.h"
#include "live/connect.h"
#include "live/input.h"
#include "live/watch.h"
#include "run/stage.h"

/* What stands in for the caller's callbacks while the copy is worked on. */
struct watcher {
	struct rehearsal *rehearsal;
	struct moult *m;
	struct stage stage;
	moult_on_progress *on_progress;
	void *progress_context;
	moult_on_confirm *on_confirm;
};

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- space that is taken ---- */

static long long size_of(const char *path)
{
	struct stat status;

	return path && stat(path, &status) == 0 ? (long long)status.st_size : 0;
}

static long long size_beside(const char *path, const char *suffix)
{
	char *name = sqlite3_mprintf("%s%s", path, suffix);
	const long long size = size_of(name);

	sqlite3_free(name);
	return size;
}

static void look(struct watcher *watch)
{
	struct rehearsal *r = watch->rehearsal;
	const long long file = size_of(watch->stage.copy);
	const long long journal =
		size_beside(watch->stage.copy, "-journal") + size_beside(watch->stage.copy, "-wal");

	r->most_file = file > r->most_file ? file : r->most_file;
	r->most_journal = journal > r->most_journal ? journal : r->most_journal;
}

static int on_progress(void *context, const moult_progress *progress)
{
	struct watcher *watch = context;

	look(watch);
	return watch->on_progress ? watch->on_progress(watch->progress_context, progress) : 0;
}

/* ---- the copy ---- */

static int open_source(sqlite3 **source, struct rehearsal *r, struct moult *m,
		       const moult_options *options)
{
	/*
	 * Not read-only: a WAL, or a journal that a crash left, can be read only by one who may
	 * write.
	 */
	int rc = mo_connect(source, m, r->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE);

	if (rc)
		return rc;
	sqlite3_busy_timeout(*source, options->timeout_ms);
	rc = mo_exec(*source,
		     "PRAGMA query_only = ON; BEGIN; SELECT count(*) FROM main.sqlite_master");
	return rc ? mo_diag_sqlite(&m->diags, *source, rc, DIAG_RUN001, r->path,
				   "read the database")
		  : MOULT_OK;
}

static int check_room(struct rehearsal *r, struct moult *m, sqlite3 *source)
{
	long long free = 0;
	int rc;

	r->size_before = mo_query_integer(source, "PRAGMA main.page_count", 0, NULL) *
			 mo_query_integer(source, "PRAGMA main.page_size", 0, NULL);
	rc = mo_file_free(&free, r->directory, &m->diags, DIAG_RUN031);
	if (rc || r->size_before < free)
		return rc;
	rc = mo_diag(&m->diags, DIAG_RUN031, NULL, r->directory,
		     "the copy takes %s, and %s are free in %s",
		     mo_space_text(r->arena, r->size_before), mo_space_text(r->arena, free),
		     r->directory);
	mo_diag_hint(&m->diags, "make room, or name another directory with --dir");
	return rc;
}

static int copy_into(struct rehearsal *r, struct moult *m, sqlite3 *source, const char *copy,
		     const moult_options *options)
{
	sqlite3 *target = NULL;
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW;
	int fd = -1, rc = mo_file_create(&fd, copy, r->path, &m->diags, DIAG_RUN031);

	if (!rc)
		rc = mo_connect(&target, m, copy, flags);
	if (!rc)
		rc = mo_backup_check_opened(m, target, fd, copy, DIAG_RUN031);
	if (!rc)
		mo_exec(target, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
	if (!rc)
		rc = mo_backup_copy(m, sqlite3_backup_init(target, "main", source, "main"), target,
				    options->timeout_ms, "copy the file", DIAG_RUN031);
	mo_disconnect(target);
	mo_file_close(&fd);
	return rc;
}

static int make_copy(struct watcher *watch, const moult_options *options)
{
	struct rehearsal *r = watch->rehearsal;
	struct moult *m = watch->m;
	const long long began = now_ms();
	sqlite3 *source = NULL;
	int rc = open_source(&source, r, m, options);

	if (!rc)
		rc = check_room(r, m, source);
	if (!rc)
		rc = mo_stage_open(&watch->stage, r->arena, r->directory, mo_file_base(r->path),
				   &m->diags);
	if (!rc)
		rc = copy_into(r, m, source, watch->stage.copy, options);
	mo_disconnect(source);
	r->copy_ms = now_ms() - began;
	return rc;
}

/* ---- the run ---- */

static void hush(struct watcher *watch)
{
	struct moult *m = watch->m;

	watch->on_progress = m->on_progress;
	watch->progress_context = m->progress_context;
	watch->on_confirm = m->on_confirm;
	m->on_progress = on_progress;
	m->progress_context = watch;
	m->on_confirm = NULL;
}

static void give_back(struct watcher *watch)
{
	struct moult *m = watch->m;

	m->on_progress = watch->on_progress;
	m->progress_context = watch->progress_context;
	m->on_confirm = watch->on_confirm;
}

/* A file that was not there before has nothing to go back to. */
static bool is_to_go_back(const struct rehearsal *r, const moult_options *options)
{
	return options->there_and_back && r->size_before;
}

/* Its space is looked at, too: what is seen is the most that the file ever took. */
static int go_back(struct rehearsal *r, struct moult *m, sqlite3 *db, const moult_options *options)
{
	const long long began = now_ms();
	const int rc = mo_there_and_back(&r->back, r->arena, m, db, r->outcome.steps, options);

	r->back.elapsed_ms = now_ms() - began;
	return rc;
}

static int migrate(struct watcher *watch, sqlite3 *db, const struct destination *destination,
		   const moult_options *options)
{
	struct rehearsal *r = watch->rehearsal;
	const struct migration migration = {.m = watch->m,
					    .db = db,
					    .destination = destination,
					    .options = options,
					    .is_ours = true,
					    .kept = &r->kept};
	const long long began = now_ms();
	int rc;

	look(watch);
	rc = r->result = mo_migrate(&migration, &r->outcome);
	look(watch);
	r->run_ms = now_ms() - began;
	r->size_after = size_of(watch->stage.copy);
	r->has_verdict = true;
	return rc;
}

static int run(struct watcher *watch, const struct destination *destination,
	       const moult_options *options)
{
	struct rehearsal *r = watch->rehearsal;
	const bool is_back = is_to_go_back(r, options);
	sqlite3 *db = NULL;
	int rc = mo_connect(&db, watch->m, watch->stage.copy,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (rc)
		return rc;
	hush(watch);
	if (is_back)
		rc = mo_there_begin(&r->back, r->arena, watch->m, db);
	if (!rc)
		rc = migrate(watch, db, destination, options);
	if (!rc && is_back)
		rc = go_back(r, watch->m, db, options);
	give_back(watch);
	mo_disconnect(db);
	return rc;
}

/* ---- what is said of it ---- */

static bool was_said(const struct moult *m, enum diag_id id, int *at)
{
	for (int i = 0; i < m->diags.list.count; i++) {
		const moult_diagnostic *diagnostic = m->diags.list.items[i];

		if (!mo_same(diagnostic->id, mo_diag_kinds[id].id))
			continue;
		*at = i;
		return true;
	}
	return false;
}

static const struct hazard *space_hazard(const struct rehearsal *r)
{
	EACH (const struct leg, leg, &r->kept.route.legs) {
		for (int i = 0; leg->plan && i < leg->plan->hazards.count; i++) {
			const struct hazard *hazard = leg->plan->hazards.items[i];

			if (hazard->id == DIAG_ML106 && mo_hazard_refuses(hazard))
				return hazard;
		}
	}
	return NULL;
}

/* Room that the copy lacks, and a wish to stop, are no verdict on the file. */
static int judge_place(struct rehearsal *r, struct moult *m)
{
	const struct hazard *hazard = space_hazard(r);
	int at, rc;

	if (r->result == MOULT_FAILED && m->diags.stop == STOP_WISH)
		r->has_verdict = false;
	if (!hazard)
		return r->result;
	r->has_verdict = false;
	if (was_said(m, DIAG_ML106, &at))
		mo_list_remove(&m->diags.list, at);
	rc = mo_diag(&m->diags, DIAG_RUN031, NULL, r->directory,
		     "there is no room to rehearse in %s: %s", r->directory, hazard->message);
	mo_diag_hint(&m->diags, "make room, or name another directory with --dir");
	return rc;
}

/*
 * The copy can be written; whether the file can is asked of it, and of its directory for the
 * journal.
 */
static int check_writable(struct rehearsal *r, struct moult *m, sqlite3 *source)
{
	const char *directory = mo_file_directory(r->arena, r->path);

	if (sqlite3_db_readonly(source, "main") != 1 &&
	    (!directory || access(directory, W_OK | X_OK) == 0))
		return MOULT_OK;
	return mo_diag(&m->diags, DIAG_RUN001, NULL, r->path,
		       "apply could not write the file, or beside it");
}

/* What apply would find where the file is, once the copy is gone. */
static int judge_space(struct rehearsal *r, struct moult *m, const moult_options *options)
{
	struct leg *first = r->kept.route.legs.count ? mo_route_leg(&r->kept.route, 0) : NULL;
	const char *path;
	sqlite3 *source = NULL;
	int rc;

	if (!first || !first->plan || !r->size_before)
		return MOULT_OK;
	rc = open_source(&source, r, m, options);
	if (!rc && mo_route_steps(&r->kept.route))
		rc = check_writable(r, m, source);
	path = !rc ? sqlite3_db_filename(source, "main") : NULL;
	if (path && *path)
		rc = mo_space_estimate(&r->space, r->arena, m, source, first->plan, options, true);
	if (!rc)
		rc = mo_space_judge(first->plan, m, source, options);
	mo_disconnect(source);
	return rc;
}

static int tell_space(struct rehearsal *r, struct moult *m)
{
	const struct hazard *hazard = space_hazard(r);

	if (!hazard)
		return MOULT_OK;
	mo_diag(&m->diags, hazard->id, NULL, hazard->object, "%s", hazard->message);
	mo_diag_hint(&m->diags, "%s; or consent with --allow %s", hazard->hint,
		     mo_shell_word(r->arena, mo_hazard_consent_words(r->arena, hazard)));
	return MOULT_REFUSED;
}

static int rehearse(struct watcher *watch, bool exists, const struct destination *destination,
		    const moult_options *options)
{
	struct rehearsal *r = watch->rehearsal;
	struct moult *m = watch->m;
	moult_options on_copy = *options;
	int rc, back;

	on_copy.no_backup = 1;
	rc = exists ? make_copy(watch, options)
		    : mo_stage_open(&watch->stage, r->arena, r->directory, mo_file_base(r->path),
				    &m->diags);
	if (!rc)
		rc = run(watch, destination, &on_copy);
	mo_stage_close(&watch->stage, r->arena, &m->diags);
	back = r->has_verdict && r->result == MOULT_OK ? rc : MOULT_OK;
	if (r->has_verdict)
		rc = judge_place(r, m);
	if (!r->has_verdict || rc)
		return rc;
	rc = judge_space(r, m, options);
	if (!rc)
		rc = tell_space(r, m);
	r->result = rc;
	return rc ? rc : back;
}

/* Whatever was wrong with the directory, another one is what helps. */
static void hint_place(struct moult *m)
{
	mo_diag_hint_of(&m->diags, DIAG_RUN031,
			"name a directory that is there and can be written with --dir; "
			"the database was only read");
}

int mo_rehearse(struct rehearsal *r, struct moult *m, const char *path,
		const struct destination *destination, const char *directory,
		const moult_options *options)
{
	struct watcher watch = {.rehearsal = r, .m = m, .stage = {.owner = -1}};
	char *absolute = NULL, *place = NULL;
	int rc;

	*r = (struct rehearsal){.outcome = {.size = sizeof(moult_outcome)},
				.arena = mo_arena_new()};
	if (!r->arena)
		return mo_diag_memory(&m->diags);
	rc = mo_path_check(m, path);
	if (!rc)
		rc = mo_source_refuse_document(m, path);
	if (!rc)
		rc = mo_file_absolute(&absolute, r->arena, path, &m->diags, DIAG_RUN001);
	if (rc)
		return rc;
	r->path = absolute;
	if (directory)
		rc = mo_file_absolute(&place, r->arena, directory, &m->diags, DIAG_RUN031);
	r->directory = place ? place : mo_file_directory(r->arena, absolute);
	if (!rc && !r->directory)
		rc = mo_diag_memory(&m->diags);
	if (!rc)
		rc = rehearse(&watch, mo_file_exists(absolute), destination, options);
	if (!r->has_verdict)
		r->result = rc;
	if (rc)
		hint_place(m);
	return rc;
}

void mo_rehearsal_done(struct rehearsal *r)
{
	mo_outcome_done(&r->outcome);
	mo_kept_done(&r->kept);
	mo_arena_free(r->arena);
	*r = (struct rehearsal){.arena = NULL};
}
