/* SPDX-License-Identifier: MIT */
/* beside.c: see beside.h.  The thread takes no signal: those are for threads that know what to do with them. */
#include "backup/beside.h"

#include <pthread.h>
#include <signal.h>

#include "backup/backup.h"
#include "backup/file.h"
#include "live/connect.h"

struct beside {
	struct arena *arena;
	struct diags diags;
	sqlite3 *db;
	const char *path;
	struct beside_result result;
	pthread_t thread;
	bool runs;
	bool has_run;
};

static void look(struct beside *beside)
{
	struct diags *diags = &beside->diags;
	const moult_diagnostic *last;
	int rc = mo_file_sync(beside->path, diags, DIAG_RUN007);

	if (!rc)
		rc = mo_file_checksum(beside->result.checksum, beside->path, diags, DIAG_RUN007);
	if (!rc)
		beside->result.verdict = mo_backup_verdict(beside->arena, beside->db);
	last = rc ? mo_diag_last(diags) : NULL;
	if (rc)
		beside->result.fault = last ? last->message : "out of memory";
	beside->has_run = true;
}

static void *run(void *context)
{
	look(context);
	return NULL;
}

/* Whether SQLite has mutexes here: a connection that asks for one of its own gets it. */
static bool has_mutexes(void)
{
	sqlite3 *db = NULL;
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_MEMORY |
			  SQLITE_OPEN_PRIVATECACHE;
	const bool has = sqlite3_threadsafe() &&
			 sqlite3_open_v2("", &db, flags, NULL) == SQLITE_OK && sqlite3_db_mutex(db);

	sqlite3_close(db);
	return has;
}

static void start(struct beside *beside)
{
	sigset_t all, before;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before))
		return;
	beside->runs = pthread_create(&beside->thread, NULL, run, beside) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int mo_beside_begin(struct beside **out, struct moult *m, sqlite3 *db, const char *path,
		    bool may_be_thread)
{
	struct arena *arena = mo_arena_new();
	struct beside *beside = arena ? mo_arena_make(arena, struct beside) : NULL;

	if (!beside || mo_diags_init(&beside->diags)) {
		mo_arena_free(arena);
		mo_disconnect(db);
		return mo_diag_memory(&m->diags);
	}
	beside->arena = arena;
	beside->db = db;
	beside->path = path;
	*out = beside;
	if (may_be_thread && has_mutexes())
		start(beside);
	return MOULT_OK;
}

static void wait_for(struct beside *beside)
{
	if (beside->runs)
		pthread_join(beside->thread, NULL);
	beside->runs = false;
}

const struct beside_result *mo_beside_end(struct beside *beside)
{
	wait_for(beside);
	if (!beside->has_run)
		look(beside);
	mo_disconnect(beside->db);
	beside->db = NULL;
	return &beside->result;
}

void mo_beside_free(struct beside *beside)
{
	if (!beside)
		return;
	if (beside->runs)
		sqlite3_interrupt(beside->db);
	wait_for(beside);
	mo_disconnect(beside->db);
	mo_diags_done(&beside->diags);
	mo_arena_free(beside->arena);
}
