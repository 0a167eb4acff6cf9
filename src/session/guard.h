/* SPDX-License-Identifier: MIT */
/*
 * guard.h: nothing is written but what the current step declares.
 *
 * The guard is an authorizer (https://sqlite.org/c3ref/set_authorizer.html).
 * SQLite asks it while it compiles a statement, about everything that the
 * statement could do: also what triggers, foreign key actions and the modules
 * of virtual tables do in its name.  So a DROP TABLE that would delete the
 * rows of another table by ON DELETE CASCADE fails before a row moves.
 *
 *	struct guard guard;
 *
 *	mo_guard_begin(&guard, db);
 *	mo_list_add(arena, &guard.allowed.tables, "t");
 *	... prepare, step, finalize ...
 *	if (guard.denied)
 *		rc = mo_guard_diag(&guard, diags);
 *	mo_guard_end(&guard);
 *
 * A statement is compiled again when the schema changes, and modules compile
 * their own while a statement runs; so what a step declares must stand until
 * the step has run.
 *
 * In a migration the guard stands from the first step to COMMIT: while the rows
 * are proven nothing may be written, then the row of the history, then nothing.
 *
 * SQLite cannot say which authorizer a connection has.  One that the
 * application had set is taken away when the session begins, before a question
 * is asked that it could blind, and moult(3) says so.
 */
#ifndef MOULT_SESSION_GUARD_H
#define MOULT_SESSION_GUARD_H

#include <stdbool.h>
#include <sqlite3.h>

#include "base/diag.h"

/*
 * What a step may write.  The lists are of char * and belong, with the names,
 * to whoever fills them.
 */
struct guard_allowed {
	struct list tables;  /* tables and views; indexes and triggers, or the tables they are on */
	struct list direct;  /* tables whose rows the statement itself may write, and no trigger */
	struct list altered; /* tables that ALTER may change, but not their rows */
	struct list virtuals; /* virtual tables, with all their shadow tables "name_*" */
	struct list temp;     /* tables of the temp database; no other list allows those */
	struct list pragmas;  /* pragmas that may be set */
	bool schema;	 /* sqlite_master and sqlite_temp_master: all of CREATE, DROP and ALTER */
	bool text;	 /* UPDATE of sqlite_master's texts themselves, and nothing else of it */
	bool names;	 /* and of what an object is, is called, stands on, and where it is read */
	bool roots;	 /* and of the pages where its trees begin */
	bool sequence;	 /* sqlite_sequence; DROP and ALTER of a table with AUTOINCREMENT too */
	bool statistics; /* sqlite_stat1, 3, 4; DROP of a table too, once there was an ANALYZE */
	bool commit;	 /* COMMIT, and no other end of the transaction */
};

struct guard {
	sqlite3 *db;
	struct guard_allowed allowed;
	struct list late;      /* virtual tables that write in any step */
	struct list strangers; /* tables of their own that are named like a shadow table */
	bool relaxed;	       /* rows may be written anywhere: for EXPLAIN of others' triggers */
	bool denied;	       /* and this was the first: */
	int action;	       /* SQLITE_DELETE, ... */
	char object[160];
	char cause[160]; /* the trigger or view in whose name it would happen, or "" */
};

/* Allows no write.  MOULT_TROUBLE where SQLite refuses. */
int mo_guard_begin(struct guard *guard, sqlite3 *db);
/*
 * Forgets what was allowed, for the next step. A denial stays: whoever is denied a write may keep
 * it quiet.
 */
void mo_guard_clear(struct guard *guard);
/* Does nothing where the guard does not stand. */
void mo_guard_end(struct guard *guard);

/* Adds RUN009 about the first denial and returns its result. */
int mo_guard_diag(const struct guard *guard, struct diags *diags);

#endif
