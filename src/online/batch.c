/* SPDX-License-Identifier: MIT */
/* batch.c: see online/batch.h. */
#include "online/batch.h"

#include "live/connect.h"
#include "live/holder.h"
#include "live/watch.h"

#define FIRST 200	  /* rows of the first step */
#define USUAL_MS 50	  /* under a lock, at most */
#define STEPS 4		  /* of a batch, between which the clock is asked */
#define LEAST 20	  /* rows: a budget that one row needs is not kept by any number */
#define MOST 1000000	  /* rows */
#define CHUNK_MS 20	  /* that one should take; it holds no lock */
#define LEAST_CHUNK 100	  /* rows */
#define SAY_MS 1000	  /* after which it is said, again and again, who has the lock */
#define LOOK_MS 20	  /* between looks whether those who were in the way of COMMIT are gone */
#define READERS_MS 500	  /* after which it is tried whether they are or not */
#define HALF 50		  /* percent */
#define WRITER_MS 2	  /* that one of the application's may need itself */
#define REST_SLICE_MS 100 /* after which a rest looks whether it is to stop */

int mo_batch_most_ms(const moult_options *options)
{
	return options->max_lock_ms ? options->max_lock_ms : USUAL_MS;
}

void mo_batches_init(struct batches *batches, struct session *session)
{
	*batches = (struct batches){.session = session, .schema_version = -1, .most = FIRST};
}

void mo_batches_begin_small(struct batches *batches)
{
	if (batches->most > FIRST)
		batches->most = FIRST;
}

int mo_apart_begin(struct arena **whole, struct session *session)
{
	*whole = session->arena;
	session->arena = mo_arena_new();
	return session->arena ? MOULT_OK : mo_diag_memory(&session->m->diags);
}

void mo_apart_end(struct session *session, struct arena *whole)
{
	mo_arena_free(session->arena);
	session->arena = whole;
}

/* ---- chunks -------------------------------------------------------------------------------- */

int mo_chunk_begin(struct chunk *chunk, struct session *session, const char *object)
{
	int rc = mo_exec(session->db, "BEGIN"), code = SQLITE_OK;

	if (!rc)
		chunk->schema_version =
			mo_query_integer(session->db, "PRAGMA main.schema_version", -1, &code);
	chunk->began = mo_now_ms();
	return rc || code ? mo_session_diag(session, rc ? rc : code, DIAG_RUN001, object,
					    "read the rows")
			  : MOULT_OK;
}

void mo_chunk_end(struct chunk *chunk)
{
	const sqlite3_int64 ms = mo_now_ms() - chunk->began;

	if (ms > 2 * CHUNK_MS)
		chunk->rows = chunk->rows / 2 < LEAST_CHUNK ? LEAST_CHUNK : chunk->rows / 2;
	else if (ms < CHUNK_MS && chunk->rows < MOST)
		chunk->rows *= 2;
}

/* ---- the lock ------------------------------------------------------------------------------ */

static int stopped(struct batches *b)
{
	return mo_session_diag(b->session, SQLITE_INTERRUPT, DIAG_RUN014, b->object, b->phase);
}

static const char *holder(const struct batches *b)
{
	const char *path = sqlite3_db_filename(b->session->db, "main");

	return path && *path ? mo_lock_holder(b->session->arena, path) : NULL;
}

/* Now and then, of a lock that is not to be had: what is waited for. */
static void say_waits(struct batches *b)
{
	const sqlite3_int64 now = mo_now_ms();
	const char *who, *phase;

	if (now < b->said_at + SAY_MS)
		return;
	b->said_at = now;
	who = holder(b);
	phase = mo_arena_format(b->session->arena, "wait: %s", who ? who : "others have the file");
	if (phase)
		mo_session_phase(b->session, phase, b->object, -1);
}

static int lock(struct batches *b, sqlite3_int64 until)
{
	struct session *session = b->session;
	int rc;

	do {
		const sqlite3_int64 next = mo_now_ms() + SAY_MS;

		rc = mo_session_insist(session, "BEGIN IMMEDIATE", next < until ? next : until);
		if ((rc & 0xff) == SQLITE_BUSY)
			say_waits(b);
	} while ((rc & 0xff) == SQLITE_BUSY && mo_now_ms() < until && !session->stopped);
	if (!rc)
		return MOULT_OK;
	return session->stopped ? stopped(b)
				: mo_session_diag(session, rc, DIAG_RUN001, b->object,
						  "take the write lock");
}

/* What stands in every transaction before the first row is touched. */
static int look(struct batches *b)
{
	int code = SQLITE_OK;
	int rc = mo_session_in_place(b->session);
	const long long version =
		rc ? -1 : mo_query_integer(b->session->db, "PRAGMA main.schema_version", -1, &code);

	if (!rc && code)
		rc = mo_session_diag(b->session, code, DIAG_RUN001, NULL, "read the file");
	if (!rc && version != b->schema_version && b->check)
		rc = b->check(b->context);
	if (!rc)
		b->schema_version = version;
	return rc;
}

/* ---- one transaction ----------------------------------------------------------------------- */

/* Half of what is allowed: COMMIT takes its time, too, and a disk or a neighbour is slow now and then. */
static double aim_ms(const struct batches *b)
{
	return mo_batch_most_ms(b->session->options) / 2.0;
}

/* Step by step, as long as there is time for one more. */
static int run_steps(struct batches *b, batch_work *work, long long *done)
{
	const double until = (double)b->began + aim_ms(b) * (STEPS - 1) / STEPS;
	long long step = 0;
	int rc;

	do {
		step = 0;
		rc = work(b->context, b->most, &step);
		*done += step;
	} while (!rc && step >= b->most && !b->session->guard.denied &&
		 (double)mo_now_ms() < until);
	return rc;
}

static int run_locked(struct batches *b, batch_work *work, long long *done)
{
	struct session *session = b->session;
	int rc = look(b);

	if (rc)
		return rc;
	if (mo_guard_begin(&session->guard, session->db))
		return mo_diag_memory(&session->m->diags);
	if (b->allow)
		b->allow(&session->guard.allowed, session->arena, b->context);
	rc = run_steps(b, work, done);
	if (session->guard.denied)
		return mo_guard_diag(&session->guard, &session->m->diags);
	if (!rc)
		rc = mo_session_holds(session);
	return rc ? rc : mo_session_commit(session);
}

static int run_apart(struct batches *b, batch_work *work, long long *done)
{
	struct session *session = b->session;
	struct arena *whole;
	int rc = mo_apart_begin(&whole, session);

	if (!rc)
		rc = run_locked(b, work, done);
	mo_guard_clear(&session->guard);
	mo_apart_end(session, whole);
	return rc;
}

/* So many rows as took a step's part of the time; at most twice as many, and as few as it must be. */
static void adapt(struct batches *b, long long rows, long long ms)
{
	const double wanted = (double)rows / (double)(ms > 0 ? ms : 1) * aim_ms(b) / STEPS;
	const double most = 2.0 * (double)b->most, least = 0.3 * (double)b->most;
	const double next = wanted > most ? most : wanted < least ? least : wanted;

	b->most = next < LEAST ? LEAST : next > MOST ? MOST : (long long)next;
}

static void count(struct batches *b, long long ms)
{
	b->last_ms = ms;
	b->count++;
	b->locked_ms += ms;
	if (ms > b->longest_ms)
		b->longest_ms = ms;
}

static void mark(struct batches *b, bool goes_back)
{
	if (b->mark)
		b->mark(b->context, goes_back);
}

static int try_batch(struct batches *b, batch_work *work, long long *done, sqlite3_int64 until)
{
	struct session *session = b->session;
	int rc;

	*done = 0;
	b->in_the_way = false;
	rc = lock(b, until);
	if (rc)
		return rc;
	b->began = mo_now_ms();
	session->insisted_ms = 0;
	mo_session_commit_soon(session, mo_batch_most_ms(session->options), &b->in_the_way);
	mark(b, false);
	rc = run_apart(b, work, done);
	if (rc) {
		mo_session_rollback(session);
		mark(b, true);
	}
	mo_session_commit_soon(session, 0, NULL);
	count(b, mo_now_ms() - b->began);
	/* A few rows say little about the time of one, and readers nothing. */
	if (*done >= b->most / 2)
		adapt(b, *done, b->last_ms - session->insisted_ms);
	return rc;
}

/* ---- rests --------------------------------------------------------------------------------- */

/*
 * How late a writer may find out that a lock of so many milliseconds is gone: SQLite's own busy handler
 * asks after 1, 2, 5, 10, 15 ms and so on (sqliteDefaultBusyCallback), and sleeps through a rest that
 * is shorter, again and again.
 */
static long long late_ms(long long locked_ms)
{
	static const int sleeps[] = {1, 2, 5, 10, 15, 20, 25};
	const int count = sizeof(sleeps) / sizeof(*sleeps);
	long long asked = 0;
	int i = 0;

	while (i < count - 1 && asked + sleeps[i] <= locked_ms)
		asked += sleeps[i++];
	return sleeps[i];
}

/* A batch of no time that the clock shows is one of a millisecond. */
static int rest(struct batches *b, long long locked_ms)
{
	const int duty = b->session->options->duty;
	const long long share = (locked_ms ? locked_ms : 1) * (100 - duty) / duty;
	const long long found = late_ms(locked_ms) + WRITER_MS;
	/* Who wants more than half of the time does not wait for others. */
	const long long ms = duty <= HALF && share < found ? found : share;
	const sqlite3_int64 until = mo_now_ms() + ms;
	sqlite3_int64 left;

	while ((left = until - mo_now_ms()) > 0) {
		if (!mo_session_goes_on(b->session))
			break;
		mo_nap((int)(left < REST_SLICE_MS ? left : REST_SLICE_MS) * 1000);
	}
	return mo_session_goes_on(b->session) ? MOULT_OK : stopped(b);
}

/* ---- readers of a file with a rollback journal ---------------------------------------------- */

/* Without PENDING, which COMMIT keeps and which lets nobody begin to read: it is given, or not, at once. */
static bool has_readers(struct batches *b)
{
	int rc;

	mo_session_busy(b->session, false);
	rc = mo_exec(b->session->db, "BEGIN EXCLUSIVE");
	mo_session_busy(b->session, true);
	mo_session_rollback(b->session);
	return (rc & 0xff) == SQLITE_BUSY;
}

int mo_batch_make_way(struct batches *b, sqlite3_int64 until)
{
	const sqlite3_int64 next = mo_now_ms() + READERS_MS;
	const char *who;
	int rc = rest(b, b->last_ms);

	while (!rc && mo_now_ms() < next && mo_now_ms() < until && has_readers(b)) {
		mo_nap(LOOK_MS * 1000);
		rc = mo_session_goes_on(b->session) ? MOULT_OK : stopped(b);
	}
	say_waits(b);
	if (rc || mo_now_ms() < until)
		return rc;
	who = holder(b);
	mo_diag(&b->session->m->diags, DIAG_RUN004, NULL, b->object,
		"could not commit: others read the file all the time%s%s", who ? "; " : "",
		who ? who : "");
	mo_diag_hint(&b->session->m->diags,
		     "end the program that reads, or wait longer with --timeout");
	return mo_diag_kinds[DIAG_RUN004].result;
}

int mo_batch(struct batches *b, batch_work *work, long long *done)
{
	struct session *session = b->session;
	const moult_progress before = session->progress;
	const sqlite3_int64 began = mo_now_ms(), until = began + session->options->timeout_ms;
	int rc;

	b->said_at = began;
	do {
		rc = try_batch(b, work, done, until);
		if (rc && b->in_the_way)
			rc = mo_batch_make_way(b, until);
		else
			b->in_the_way = false;
	} while (!rc && b->in_the_way);
	if (b->said_at != began)
		session->progress = before;
	return rc;
}

/* ---- one after the other -------------------------------------------------------------------- */

int mo_batches_run(struct batches *b, batch_work *work)
{
	long long done = 1, rows = 0;
	int rc = MOULT_OK;

	mo_wal_begin(&b->wal, b->session);
	while (!rc && done > 0) {
		rc = mo_batch(b, work, &done);
		if (rc)
			break;
		rows += done;
		mo_session_batch(b->session, rows, b->last_ms);
		rc = mo_wal_between(&b->wal, b->object);
		if (!rc)
			rc = rest(b, b->last_ms);
	}
	mo_wal_end(&b->wal);
	return rc;
}
