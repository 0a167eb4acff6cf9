/* SPDX-License-Identifier: MIT */
/* execute.h: runs the steps of a plan, each under the write guard. */
#ifndef MOULT_SESSION_EXECUTE_H
#define MOULT_SESSION_EXECUTE_H

#include "plan/plan.h"
#include "session/session.h"

/*
 * Inside the session's transaction.  *rows counts the rows copied.  What fails says why and leaves
 * the rollback to the caller. The guard goes on standing and allows no write; the end of the
 * transaction takes it away.
 */
int mo_execute(struct session *session, const struct plan *plan, long long *rows);

/*
 * A statement of a step, prepared as it must be: strings in double quotes are no strings in a
 * copy. SQLite's code.
 */
int mo_step_prepare(sqlite3_stmt **stmt, sqlite3 *db, const struct step *step);

#endif
