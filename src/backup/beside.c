/* SPDX-License-Identifier: MIT */
/*
 * beside.c: see beside.h.
 *
 * The thread takes no signal: those are for threads that know what to do with
 * them.  Nor does it call the progress callback, which need not be fit for it:
 * who waits for the thread does, and leaves a word for it to stop.
 */
#include "backup/beside.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "backup/backup.h"
#include "backup/file.h"
#include "live/connect.h"
#include "live/watch.h"

struct beside {
	struct arena *arena;
	struct moult *m; /* of who waits */
	struct diags diags;
	sqlite3 *db;
	const char *path; /* for messages */
	int fd;
	struct beside_result result;
	pthread_t thread;
	pthread_mutex_t mutex; /* of has_run */
	pthread_cond_t change; /* likewise */
	sqlite3_int64 asked;   /* when the callback was, last */
	atomic_bool stop;
	bool runs;
	bool has_run;
};

/* Shows that it is still at work, and takes the wish to stop. */
static void ask(struct beside *beside)
{
	const moult_progress progress = {"check", "backup", "bytes", 0, -1, 0, 0};

	beside->asked = mo_now_ms();
	if (!mo_goes_on(beside->m, &progress))
		atomic_store(&beside->stop, true);
}

static int on_instructions(void *context)
{
	struct beside *beside = context;

	if (!beside->runs && mo_is_time_to_ask(beside->m, beside->asked))
		ask(beside);
	return atomic_load(&beside->stop);
}

static bool goes_on(void *context, long long done, long long total)
{
	(void)done;
	(void)total;
	return !on_instructions(context);
}

static void look(struct beside *beside)
{
	const struct file_watcher watcher = {goes_on, beside};
	struct diags *diags = &beside->diags;
	const moult_diagnostic *last;
	int rc = mo_file_sync(beside->fd, beside->path, diags, DIAG_RUN007);

	sqlite3_progress_handler(beside->db, MO_WATCH_INSTRUCTIONS, on_instructions, beside);
	if (!rc)
		rc = mo_file_checksum_of(beside->result.checksum, beside->fd, beside->path,
					 &watcher, diags, DIAG_RUN007);
	if (!rc)
		beside->result.verdict = mo_backup_verdict(beside->arena, beside->db);
	last = rc ? mo_diag_last(diags) : NULL;
	if (rc)
		beside->result.fault = last ? last->message : "out of memory";
	beside->result.stopped = atomic_load(&beside->stop);
}

static void *run(void *context)
{
	struct beside *beside = context;

	look(beside);
	pthread_mutex_lock(&beside->mutex);
	beside->has_run = true;
	pthread_cond_signal(&beside->change);
	pthread_mutex_unlock(&beside->mutex);
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

/* The thread must find runs as it is when it ends. */
static void start(struct beside *beside)
{
	sigset_t all, before;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before))
		return;
	beside->runs = true;
	if (pthread_create(&beside->thread, NULL, run, beside))
		beside->runs = false;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int mo_beside_begin(struct beside **out, struct moult *m, sqlite3 *db, const char *path, int fd,
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
	beside->m = m;
	beside->db = db;
	beside->path = path;
	beside->fd = fd;
	atomic_init(&beside->stop, false);
	pthread_mutex_init(&beside->mutex, NULL);
	pthread_cond_init(&beside->change, NULL);
	*out = beside;
	if (may_be_thread && has_mutexes())
		start(beside);
	return MOULT_OK;
}

static struct timespec soon(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_nsec += MO_WATCH_APART_MS * 1000000L;
	time.tv_sec += time.tv_nsec / 1000000000L;
	time.tv_nsec %= 1000000000L;
	return time;
}

/* Not over before the thread says so, and is asked now and then. */
static void wait_for_end(struct beside *beside)
{
	pthread_mutex_lock(&beside->mutex);
	while (!beside->has_run) {
		const struct timespec until = soon();

		pthread_cond_timedwait(&beside->change, &beside->mutex, &until);
		if (beside->has_run || !mo_is_time_to_ask(beside->m, beside->asked))
			continue;
		pthread_mutex_unlock(&beside->mutex);
		ask(beside);
		pthread_mutex_lock(&beside->mutex);
	}
	pthread_mutex_unlock(&beside->mutex);
}

const struct beside_result *mo_beside_end(struct beside *beside)
{
	beside->asked = mo_now_ms();
	if (beside->runs) {
		wait_for_end(beside);
		pthread_join(beside->thread, NULL);
	} else {
		look(beside);
	}
	beside->runs = false;
	mo_disconnect(beside->db);
	beside->db = NULL;
	return &beside->result;
}

void mo_beside_free(struct beside *beside)
{
	if (!beside)
		return;
	if (beside->runs) {
		atomic_store(&beside->stop, true);
		pthread_join(beside->thread, NULL);
	}
	mo_disconnect(beside->db);
	pthread_cond_destroy(&beside->change);
	pthread_mutex_destroy(&beside->mutex);
	mo_diags_done(&beside->diags);
	mo_arena_free(beside->arena);
}
