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

/*
 * Whether virtual tables of a schema must not be asked for their integrity before the steps.  Once
 * it was asked anything in a transaction, FTS5 of SQLite 3.44 answers every savepoint with an INSERT
 * of its own, under a name that a step may have dropped.
 */
bool mo_virtual_is_touchy(const struct schema *schema);

#endif
