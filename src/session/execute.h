/* SPDX-License-Identifier: MIT */
/* execute.h: runs the steps of a plan, each under the write guard. */
#ifndef MOULT_SESSION_EXECUTE_H
#define MOULT_SESSION_EXECUTE_H

#include "plan/plan.h"
#include "session/session.h"

/* The parts of a plan (plan/data_steps.h). */
enum stretch { STRETCH_BEFORE, STRETCH_CHANGE, STRETCH_AFTER };

/* What a statement of a step wrote. */
struct deed {
	const struct step *step;
	long long rows;	    /* of its table */
	long long triggers; /* rows that triggers wrote */
};

/*
 * One part, inside the session's transaction.  What steps wrote is added to session->deeds; *rows
 * counts the rows copied.  What fails says why and leaves the rollback to the caller.  The guard
 * goes on standing and allows no write; the end of the transaction takes it away.
 */
int mo_execute(struct session *session, const struct plan *plan, enum stretch stretch,
	       long long *rows);
/* Says what steps wrote (RUN047), once it is committed. */
void mo_execute_say(const struct session *session);

/*
 * A statement of a step, prepared as it must be: strings in double quotes are no strings in a
 * copy. SQLite's code.
 */
int mo_step_prepare(sqlite3_stmt **stmt, sqlite3 *db, const struct step *step);

/*
 * Whether virtual tables of a schema must not be asked for their integrity before the steps.  Once
 * it was asked anything in a transaction, FTS5 of SQLite 3.44 answers every savepoint with an INSERT
 * of its own, under a name that a step may have dropped.
 */
bool mo_virtual_is_touchy(const struct schema *schema);

#endif
