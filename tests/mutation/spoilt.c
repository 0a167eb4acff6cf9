/* SPDX-License-Identifier: MIT */
/*
 * spoilt.c: the library's own src/session/execute.c, whose last step is followed by
 * what the order says.  The linker takes this and leaves the one in the archive.
 */
#include "mutant.h"

#define mo_execute execute_steps
#include "session/execute.c"
#undef mo_execute

int mo_execute(struct session *session, const struct plan *plan, enum stretch stretch,
	       long long *rows);

struct order order;

static void spoil(struct session *session, const struct plan *plan)
{
	struct site site = {session->db, plan, order.dice, order.every_row, order.quick};

	mo_guard_end(&session->guard);
	sqlite3_db_config(session->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(session->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	sqlite3_db_config(session->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	order.done = order.mutant->spoil(&site);
	sqlite3_db_config(session->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
	sqlite3_db_config(session->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
}

int mo_execute(struct session *session, const struct plan *plan, enum stretch stretch,
	       long long *rows)
{
	const int rc = execute_steps(session, plan, stretch, rows);

	if (stretch == STRETCH_CHANGE)
		order.done = false;
	if (!rc && order.mutant && stretch == STRETCH_CHANGE)
		spoil(session, plan);
	return rc;
}
