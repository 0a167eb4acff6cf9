/* SPDX-License-Identifier: MIT */
/*
 * session.h: a connection made fit for a migration, and given back as it was.
 *
 * What is set, and put back: foreign_keys (OFF: inside a transaction it could
 * not be), synchronous (EXTRA: with a rollback journal anything less can lose
 * the COMMIT), legacy_alter_table, ignore_check_constraints, count_changes (an
 * INSERT would give a row), the cache's size, double-quoted strings, defensive
 * mode, the most bytes of a value, the last rowid.  The authorizer and the progress
 * handler are taken, and cannot be put back.
 */
#ifndef MOULT_SESSION_SESSION_H
#define MOULT_SESSION_SESSION_H

#include <limits.h>

#include "base/handle.h"
#include "model/schema.h"
#include "session/guard.h"

struct session {
	struct moult *m;
	sqlite3 *db;
	const moult_options *options;
	struct guard guard;
	struct arena *arena;   /* of the pragmas' values */
	sqlite3_int64 started; /* milliseconds, of the VFS's clock */
	long long pragmas[8];
	int switches[4];
	int limit;		 /* of the size of a value */
	sqlite3_int64 rowid;	 /* that was inserted last */
	moult_progress progress; /* what is going on, for the callback */
	long long before;	 /* rows of the same phase that earlier statements did */
	sqlite3_int64 last_call; /* of the callback */
	sqlite3_stmt *others;	 /* the newest statement of the connection before us */
	bool stopped;		 /* by the callback or the deadline */
	/* SQLite failed, at whatever it was asked: no verdict follows from that */
	bool troubled;
	/* rows that the document declares: by steps that have run */
	long long changed[EVENT_COUNT];
	struct list deeds;		 /* of struct deed: what steps wrote (session/execute.h) */
	const moult_diagnostic *verdict; /* what mo_session_refute() said last; or NULL */
	int commit_ms;			 /* see mo_session_commit_soon() */
	bool *in_the_way;		 /* likewise */
	sqlite3_int64 insisted_ms;	 /* from the first try for the last such lock to the last */
	bool is_ours;			 /* the library opened the connection */
	bool open;
};

/*
 * Refuses (RUN016) a connection with an open transaction, a statement that is
 * running, or a journal mode that does not protect.  On a connection that the library opened
 * itself every read waits for others, too, and can be interrupted while it does; on a
 * borrowed one that is the application's affair, whose busy handler could not be
 * put back.
 */
int mo_session_begin(struct session *session, struct moult *m, sqlite3 *db,
		     const moult_options *options, bool is_ours);
/* Puts everything back; also after a failed begin. */
void mo_session_end(struct session *session);

sqlite3_int64 mo_session_elapsed(const struct session *session); /* milliseconds */

/*
 * What is being done now, for the callback, to how many rows (-1: not known); false once it asked
 * to stop or the deadline passed.
 */
bool mo_session_phase(struct session *session, const char *phase, const char *object,
		      long long total);

/* Between two short transactions: so many rows of the phase are done, and the last took so long. */
bool mo_session_batch(struct session *session, long long done, long long lock_ms);

/* Asks the callback where it is time for that; false once it asked to stop. */
bool mo_session_goes_on(struct session *session);
/* Whether the session's own way of waiting for a lock stands, on a connection of the library's. */
void mo_session_busy(struct session *session, bool waits);

/*
 * The memory for what comes next: little for what goes through the file in order or sorts; for
 * work that jumps about in it so many bytes more, up to all that the options allow.
 * Of a guard that is at work, what it allowed is forgotten.
 */
#define MO_SMALL_CACHE (2048 << 10)
#define MO_FULL_CACHE LLONG_MAX
void mo_session_cache(struct session *session, long long bytes);

/* BEGIN IMMEDIATE with a wait of at most options->timeout_ms; RUN004 when it is not to be had. */
int mo_session_lock(struct session *session);
/*
 * A statement again and again until then, while somebody else has the lock: every half millisecond, since
 * SQLite's own way of waiting, with steps of up to 100 ms, never gets a lock that others fight for.
 * SQLite's code.
 */
int mo_session_insist(struct session *session, const char *sql, sqlite3_int64 until);
/* COMMIT, with the same wait for readers; the guard, where it stands, stands until then. */
int mo_session_commit(struct session *session);
/*
 * From now on COMMIT waits for so long alone for those who read: with a rollback journal nobody can begin
 * to meanwhile.  In vain: *in_the_way, MOULT_BUSY, all is rolled back, and nothing is said.
 */
void mo_session_commit_soon(struct session *session, int ms, bool *in_the_way);
void mo_session_rollback(struct session *session);
/*
 * Has modules write what they hold back of rows until a savepoint opens, and close what they read:
 * FTS5 and R-Tree keep a blob open in a transaction, and beside that SQLite takes no function anew.
 * Outside a transaction there is nothing to do.  SQLite's code.
 */
int mo_session_flush(struct session *session);
/*
 * Whether the transaction is still there; RUN008 where it is not.  SQLite ends
 * one by itself on some errors, no memory among them, and what is run after
 * that would stand alone.  https://sqlite.org/lang_transaction.html
 */
int mo_session_holds(struct session *session);
/*
 * Whether the file that is open is still the one of its name; RUN030 where it
 * was replaced or removed: what is written would go with a file that nobody
 * finds, and a second connection, for the backup, would have opened another.
 */
int mo_session_in_place(struct session *session);

/*
 * What was done to the file is not what the plan says: a diagnostic with RUN010, RUN011 or RUN013,
 * which is the session's verdict from now on.  Returns MOULT_FAILED.
 */
int mo_session_refute(struct session *session, enum diag_id id, const char *object,
		      const char *format, ...);

/* A diagnostic for SQLite's code: an interrupt is told apart from a deadline. */
int mo_session_diag(struct session *session, int rc, enum diag_id id, const char *object,
		    const char *doing);

#endif
