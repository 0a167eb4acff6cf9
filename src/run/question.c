/* SPDX-License-Identifier: MIT */
/*
 * question.c: what the rows say to a plan, and who is asked about it; see attempt.h.
 *
 * Where somebody is to agree, the rows are asked before the lock, which others wait for, and again
 * under it if others wrote since.
 */
#include "base/text.h"
#include "live/connect.h"
#include "live/watch.h"
#include "run/attempt.h"
#include "run/functions.h"
#include "run/probe.h"
#include "run/space.h"

int mo_attempt_ask_hazards(struct attempt *a)
{
	/* Under the lock, and where no step comes between, they are those that the proof will ask for. */
	const bool takes_digests = a->is_locked && !a->leg->plan->begins;
	int rc;

	mo_session_phase(&a->session, "probe", NULL, -1);
	rc = mo_session_flush(&a->session);
	if (rc)
		return mo_session_diag(&a->session, rc, DIAG_RUN008, NULL, "write the rows");
	rc = mo_probe(a->leg->plan, a->m, a->db, takes_digests ? a->migration->options : NULL);
	if (rc && a->session.stopped)
		return mo_session_diag(&a->session, SQLITE_INTERRUPT, DIAG_RUN014, NULL,
				       "ask the rows");
	return rc;
}

int mo_attempt_ask(struct attempt *a)
{
	moult_options options = *a->migration->options;
	int rc = mo_attempt_ask_hazards(a);

	if (!rc)
		rc = mo_names_check(a->leg->plan, a->migration->options, a->m, a->db,
				    a->is_new && a->migration->is_ours);
	options.no_backup |= a->backup != NULL; /* which is there already */
	if (!rc && !a->is_new)
		rc = mo_space_judge(a->leg->plan, a->m, a->db, &options);
	return rc;
}

/* ---- the question -------------------------------------------------------------------------- */

/* Another connection's COMMIT changes it: https://sqlite.org/pragma.html#pragma_data_version */
static long long data_version(struct attempt *a)
{
	return mo_query_integer(a->db, "PRAGMA main.data_version", -1, NULL);
}

static void keep_unasked(struct attempt *a)
{
	EACH (const struct hazard, hazard, &a->leg->plan->hazards) {
		struct hazard *copy = mo_arena_make(a->arena, struct hazard);

		if (copy)
			*copy = *hazard;
		mo_list_add(a->arena, &a->unasked, copy);
	}
}

/* What was added with the answers is to be added again. */
static void forget_answers(struct attempt *a)
{
	a->leg->plan->hazards.count = a->unasked.count;
	for (int i = 0; i < a->unasked.count; i++)
		*(struct hazard *)a->leg->plan->hazards.items[i] =
			*(const struct hazard *)a->unasked.items[i];
}

/* Each hazard that holds, whatever its count. */
static struct list what_holds(struct attempt *a)
{
	struct list holds = {0};

	EACH (const struct hazard, hazard, &a->leg->plan->hazards) {
		if (mo_hazard_holds(hazard))
			mo_list_add(a->arena, &holds,
				    mo_arena_format(a->arena, "%s %s", mo_diag_kinds[hazard->id].id,
						    hazard->target));
	}
	return holds;
}

static bool is_agreed(struct attempt *a)
{
	const struct list now = what_holds(a);

	for (int i = 0; i < now.count; i++)
		if (!mo_names_have(&a->agreed, now.items[i]))
			return false;
	return true;
}

/* The time that the answer takes is not the run's. */
static int confirm(struct attempt *a)
{
	struct moult *m = a->m;
	const sqlite3_int64 began = mo_now_ms();
	const moult_plan *plan = a->migration->wrap(a->migration->wrap_context, &a->route);
	const bool agrees = plan && m->on_confirm(m->confirm_context, plan) == 0;
	const sqlite3_int64 waited = mo_now_ms() - began;

	a->session.started += waited;
	mo_deadline_put_off(m, waited);
	if (agrees)
		return MOULT_OK;
	return mo_diag(&m->diags, DIAG_RUN018, NULL, NULL, "not confirmed; nothing is changed");
}

/*
 * For what the question says the rows are asked in a transaction that only reads, and ends before
 * it.
 */
static int ask_unlocked(struct attempt *a)
{
	int rc = mo_exec(a->db, "BEGIN");

	if (rc)
		return mo_session_diag(&a->session, rc, DIAG_RUN001, NULL, "read the file");
	rc = mo_attempt_is_current(a);
	if (!rc && !a->stale) {
		keep_unasked(a);
		rc = mo_attempt_ask(a);
		a->data_version = data_version(a);
		a->agreed = what_holds(a);
	}
	mo_session_rollback(&a->session);
	return rc;
}

int mo_attempt_confirm(struct attempt *a)
{
	int rc = ask_unlocked(a);

	if (rc || a->stale)
		return rc;
	if (mo_arena_rc(a->arena))
		return mo_diag_memory(&a->m->diags);
	if (mo_plan_refusals(a->leg->plan))
		return mo_probe_verdict(a->leg->plan, &a->m->diags);
	return confirm(a);
}

int mo_attempt_judge(struct attempt *a)
{
	/* What there is to say besides is said when the rows have been asked. */
	return a->leg->plan->begins && !mo_plan_refusals(a->leg->plan)
		       ? MOULT_OK
		       : mo_probe_verdict(a->leg->plan, &a->m->diags);
}

/*
 * Under the lock the rows are asked, or asked again if others wrote since.  A
 * danger that the question did not speak of makes it another question.
 */
int mo_attempt_probe(struct attempt *a)
{
	const bool is_confirmed = a->m->on_confirm != NULL;
	const bool is_asked =
		is_confirmed && a->data_version != -1 && a->data_version == data_version(a);
	int rc = MOULT_OK;

	if (is_confirmed && !is_asked)
		forget_answers(a);
	if (!is_asked)
		rc = mo_attempt_ask(a);
	if (!rc && is_confirmed && !mo_plan_refusals(a->leg->plan))
		a->stale = !is_agreed(a);
	if (mo_arena_rc(a->arena))
		return mo_diag_memory(&a->m->diags);
	return rc || a->stale ? rc : mo_attempt_judge(a);
}
