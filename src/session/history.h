/* SPDX-License-Identifier: MIT */
/*
 * history.h: _moult_history, what migrations a file has been through.
 *
 * A row is written in the transaction of the migration itself, so it is there if and only if the
 * migration is.  A rollback takes it back with the file, and then writes it again, as undone,
 * with a row of its own behind it: nothing vanishes.
 * sql/own_table.c has the columns, which moult-formats(5) describes and which only grow.
 */
#ifndef MOULT_SESSION_HISTORY_H
#define MOULT_SESSION_HISTORY_H

#include "base/handle.h"

#define MO_KIND_ROLLBACK "rollback"

/* A row.  Texts may be NULL. */
struct history {
	long long number;    /* from 1; given by mo_history_add */
	long long format;    /* of the row; given by mo_history_add */
	const char *at;	     /* UTC, "2026-11-21T01:45:21Z"; given by mo_history_add */
	const char *version; /* of moult; given by mo_history_add */
	const char *plan;
	const char *document; /* its name */
	const char *shape_before;
	const char *shape_after;
	long long user_version_before;
	long long user_version_after;
	long long statements;
	long long rows_copied;
	long long elapsed_ms; /* up to this row */
	const char *backup;   /* the plain name of its file; NULL: none was made */
	const char *kind;     /* MO_KIND_ROLLBACK; NULL: a migration */
	const char *release;  /* where the file stands after it; NULL: it is none of a folder */
	long long undone;     /* the number of the rollback that took it back; 0: it is in force */
};

/* RUN037 where no row can be added: found out before anything is written. */
int mo_history_check_room(sqlite3 *db, struct diags *diags);
/*
 * Adds a row, and the table where there is none yet, and reads the row back; inside the migration's
 * transaction.  RUN037 where the table is not moult's (live/own.h), here and in mo_history_last().
 */
int mo_history_add(sqlite3 *db, const struct history *history, struct diags *diags);

/*
 * After a backup was put back, in a transaction of its own: writes the rows of past (struct
 * history, the newest first) that the file lacks by now, the rollback's own behind them, and marks
 * them as undone by it.
 */
int mo_history_undo(sqlite3 *db, const struct list *past, const struct history *rollback,
		    struct diags *diags);

/* The number of the newest row, whatever it is; -1 where there is none. */
long long mo_history_count(sqlite3 *db);

/* All rows (struct history), the newest first. */
int mo_history_read(struct list *history, struct arena *arena, sqlite3 *db, struct diags *diags);

/* The newest row in force, in the arena; NULL where there is none. */
int mo_history_last(struct history **history, struct arena *arena, sqlite3 *db,
		    struct diags *diags);

/* Whether a shape was there, by the history, before another was for the first time. */
int mo_history_was_first(bool *was, sqlite3 *db, const char *shape, const char *other,
			 struct diags *diags);

/*
 * The newest migration in force that found this shape, or, where none did, that made it; else as
 * mo_history_last.
 */
int mo_history_left(struct history **history, struct arena *arena, sqlite3 *db, const char *shape,
		    struct diags *diags);

#endif
