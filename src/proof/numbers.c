/* SPDX-License-Identifier: MIT */
/* numbers.c: see numbers.h. */
#include "proof/numbers.h"

#include "live/connect.h"

static int check_number(struct session *session, const char *name, const char *sql,
			long long expected)
{
	int rc;
	const long long is = mo_query_integer(session->db, sql, -1, &rc);

	if (rc)
		return mo_session_diag(session, rc, DIAG_RUN013, name, "read the header");
	if (is == expected)
		return MOULT_OK;
	return mo_session_refute(session, DIAG_RUN013, name,
				 "%s would be %lld in the place of %lld; rolled back", name, is,
				 expected);
}

/*
 * Who has the file open reads the schema again where this number is another, and else goes by the
 * text of before.
 */
static int check_schema_version(struct session *session, const struct plan *plan)
{
	const long long was = plan->facts.schema_version;
	int rc;

	EACH (const struct move, move, &plan->moves) {
		if (move->way != WAY_EDIT)
			continue;
		if (mo_query_integer(session->db, "PRAGMA main.schema_version", was, &rc) != was)
			return MOULT_OK;
		if (rc)
			return mo_session_diag(session, rc, DIAG_RUN013, NULL, "read the header");
		return mo_session_refute(
			session, DIAG_RUN013, "schema_version",
			"schema_version would stay %lld, and nobody read the schema again; "
			"rolled back",
			was);
	}
	return MOULT_OK;
}

int mo_check_numbers(struct session *session, const struct plan *plan)
{
	const struct pragmas *have = &plan->diff->have->pragmas;
	const struct pragmas *goal = &plan->diff->goal->pragmas;
	int rc = check_number(session, "user_version", "PRAGMA main.user_version",
			      goal->has_user_version ? goal->user_version : have->user_version);

	if (!rc)
		rc = check_number(session, "application_id", "PRAGMA main.application_id",
				  goal->has_application_id ? goal->application_id
							   : have->application_id);
	return rc ? rc : check_schema_version(session, plan);
}
