/* SPDX-License-Identifier: MIT */
/*
 * leg.c: one leg of a route, under the lock; see attempt.h.
 *
 * The first finds the file as it was planned for, its rows asked and its backup begun.  Each other
 * one is planned again from what the one before left, its rows are asked now, and whatever is
 * wrong takes all of them back.
 */
#include <string.h>

#include "back/way_row.h"
#include "back/way_sequence.h"
#include "base/text.h"
#include "model/form.h"
#include "run/attempt.h"
#include "run/probe.h"
#include "session/execute.h"
#include "session/history.h"
#include "sql/own_table.h"

static const char *plain_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

/* Where the file stood: as its history says, as far as it is still there; else as was found out. */
static const char *release_before(const struct attempt *a, const struct history *last,
				  const struct history *now)
{
	return last && last->release && mo_same(last->shape_after, now->shape_before)
		       ? last->release
		       : a->leg->want.from;
}

/* What its way back says of the file as it was before the first step. */
struct before {
	struct list marks;
	struct list sequences;
};

static int read_before(struct before *before, struct attempt *a)
{
	const int rc = mo_way_marks_read(&before->marks, a->arena, a->db, &a->m->diags);

	return rc || !a->leg->plan->facts.leaves_way
		       ? rc
		       : mo_way_sequences_read(&before->sequences, a->arena, a->db, a->leg->plan,
					       &a->m->diags);
}

/* What is recorded of a leg: the row says where the file stands from then on. */
static int record(struct attempt *a, long long rows, const struct before *found)
{
	const struct pragmas *before = &a->leg->have->pragmas;
	const struct pragmas *goal = &a->leg->diff->goal->pragmas;
	struct guard *guard = &a->session.guard;
	struct history *last = NULL;
	int rc = mo_history_last(&last, a->arena, a->db, &a->m->diags);
	const struct history history = {
		.plan = a->migration->reviewed ? a->migration->reviewed : a->route.id,
		.document = a->leg->want.name,
		.shape_before = mo_shape(a->arena, a->leg->have),
		.shape_after = mo_shape(a->arena, a->leg->diff->goal),
		.user_version_before = before->user_version,
		.user_version_after =
			goal->has_user_version ? goal->user_version : before->user_version,
		.statements = a->leg->plan->steps.count,
		.rows_copied = rows,
		.elapsed_ms = mo_session_elapsed(&a->session),
		.backup = plain_name(a->backup ? a->backup->path : a->migration->backup),
		.release = a->leg->want.release,
	};

	if (rc)
		return rc;
	mo_list_add(a->arena, &guard->allowed.tables, MO_HISTORY_TABLE);
	mo_list_add(a->arena, &guard->allowed.altered, MO_HISTORY_TABLE);
	guard->allowed.schema = true;
	rc = mo_history_add(a->db, &history, &a->m->diags);
	mo_guard_clear(guard);
	return rc ? rc
		  : mo_way_row_add(&a->session,
				   &(struct way_order){
					   a->leg->plan, &found->marks, &found->sequences,
					   history.shape_before, history.shape_after,
					   release_before(a, last, &history), history.release});
}

/* Where rows to expect stand in the temp schema while they are asked for (plan/filling.h). */
static void allow_fillings(struct attempt *a)
{
	struct guard_allowed *allowed = &a->session.guard.allowed;

	EACH (const struct filling, filling, &a->leg->plan->fillings) {
		mo_list_add(a->arena, &allowed->temp, filling->work);
		mo_list_add(a->arena, &allowed->temp, filling->lookup);
		allowed->schema = true;
	}
}

/* What the rows will be, under the guard that stands since the first leg. */
static int expect(struct attempt *a)
{
	int rc;

	allow_fillings(a);
	rc = mo_proof_expect(a->proof, &a->session);
	mo_guard_clear(&a->session.guard);
	return rc;
}

/*
 * What the rows will be is read while the backup is read through; then follows the first write.
 * Where steps run before the change, that is theirs.
 */
static int begin_proof(struct attempt *a)
{
	const struct proof_use use = {.has_copy = a->backup != NULL,
				      .is_recorded = a->backup && a->route.legs.count == 1 &&
						     !a->has_moved};
	int rc;

	mo_proof_free(a->proof);
	a->proof = NULL;
	rc = mo_proof_begin(&a->proof, &a->session, a->leg->plan, use);

	if (!rc && !a->leg->plan->begins)
		rc = expect(a);
	if (!rc)
		rc = mo_backup_settle(a->backup, a->m);
	if (rc || !a->backup || mo_same(a->backup->manifest.quick_check, "ok"))
		return rc;
	return mo_proof_structure(a->proof, &a->session);
}

/* The steps before, and then all that their rows are asked. */
static int run_before(struct attempt *a)
{
	int rc = mo_execute(&a->session, a->leg->plan, STRETCH_BEFORE, &a->rows);

	a->leg->plan->is_old = true;
	if (!rc) {
		allow_fillings(a);
		rc = mo_attempt_ask_hazards(a);
	}
	if (!rc)
		rc = mo_attempt_park(a);
	allow_fillings(a);
	if (!rc)
		rc = mo_probe_verdict(a->leg->plan, &a->m->diags);
	if (!rc)
		rc = mo_proof_expect(a->proof, &a->session);
	mo_guard_clear(&a->session.guard);
	return rc;
}

static int change(struct attempt *a)
{
	int rc = begin_proof(a);

	if (!rc && a->leg->plan->begins)
		rc = run_before(a);
	if (!rc)
		rc = mo_execute(&a->session, a->leg->plan, STRETCH_CHANGE, &a->rows);
	if (!rc)
		rc = mo_session_holds(&a->session);
	if (!rc)
		rc = mo_proof_check(a->proof, &a->session);
	if (!rc && a->leg->plan->ends < a->leg->plan->steps.count)
		rc = mo_execute(&a->session, a->leg->plan, STRETCH_AFTER, &a->rows);
	if (!rc)
		rc = mo_session_holds(&a->session);
	if (!rc)
		rc = mo_proof_finish(a->proof, &a->session);
	if (!rc)
		rc = mo_attempt_unpark(a);
	if (!rc)
		rc = mo_session_holds(&a->session);
	return rc;
}

/* From what stands there by now, and its rows. */
static int plan_again(struct attempt *a)
{
	int rc;

	mo_session_phase(&a->session, "plan", a->leg->want.release, -1);
	rc = mo_route_replan(&a->route, a->at, a->m, a->db, a->migration->options);
	if (rc)
		return rc;
	allow_fillings(a);
	rc = mo_attempt_ask(a);
	mo_guard_clear(&a->session.guard);
	return rc;
}

/* What stands behind the leg before. */
static int begin_next(struct attempt *a)
{
	const int rc = plan_again(a);

	return rc ? rc : mo_attempt_judge(a);
}

/* The leg is planned once more, since what is parked has changed the file's schema and its rows. */
static int make_way(struct attempt *a)
{
	bool makes;
	int rc = mo_attempt_make_room(&makes, a);

	if (rc || !makes)
		return rc;
	if (!a->leg->plan->begins)
		rc = mo_attempt_park(a);
	if (!rc)
		rc = plan_again(a);
	return !rc && mo_plan_refusals(a->leg->plan) ? mo_probe_verdict(a->leg->plan, &a->m->diags)
						     : rc;
}

int mo_leg_run(struct attempt *a)
{
	const long long before = a->rows;
	struct before found = {0};
	int rc = a->at ? begin_next(a) : MOULT_OK;

	if (!rc)
		rc = make_way(a);
	if (!rc)
		rc = read_before(&found, a);
	if (!rc && a->leg->plan->steps.count)
		rc = change(a);
	return rc ? rc : record(a, a->rows - before, &found);
}
