/* SPDX-License-Identifier: MIT */
/*
 * parking.c: rows that go out of the way of a leg, and come back behind one; see attempt.h.
 *
 *	back to an older shape		rows that its hazards find are parked, before its first step
 *	to any other			what is parked comes back, behind its proof
 *
 * Rows that went may have hidden others: the rows are asked again until nothing is in the way, or what
 * is cannot be parked.  Then the leg is planned once more, since the file has a table more.
 */
#include "back/park_rows.h"
#include "back/unpark_rows.h"
#include "plan/in_the_way.h"
#include "run/attempt.h"
#include "run/probe.h"

static struct list keys_in_the_way(struct plan *plan)
{
	struct list found = {0};

	EACH (const struct hazard, hazard, &plan->hazards) {
		struct keys_in_the_way *keys;

		if (!hazard->parks || hazard->count <= 0)
			continue;
		keys = mo_arena_make(plan->arena, struct keys_in_the_way);
		if (keys && mo_plan_keys_of(keys, plan, hazard))
			mo_list_add(plan->arena, &found, keys);
	}
	return found;
}

/* What is left in the way, though all that could be told is parked, refuses. */
static void give_up(struct plan *plan)
{
	EACH (struct hazard, hazard, &plan->hazards)
		hazard->parks = false;
}

static void forget_answers(struct plan *plan)
{
	EACH (struct hazard, hazard, &plan->hazards) {
		if (!hazard->asked)
			continue;
		hazard->asked = false;
		hazard->count = -1;
		hazard->samples = NULL;
	}
}

static bool parks_any(const struct plan *plan)
{
	EACH (const struct hazard, hazard, &plan->hazards)
		if (hazard->parks)
			return true;
	return false;
}

int mo_attempt_make_room(bool *makes, struct attempt *a)
{
	struct plan *plan = a->leg->plan;
	int rc;

	*makes = parks_any(plan) && (plan->begins || keys_in_the_way(plan).count);
	if (!*makes)
		return MOULT_OK;
	a->has_moved = true;
	rc = mo_backup_settle(a->backup, a->m);
	return rc ? rc : mo_rows_make_room(&a->session);
}

int mo_attempt_park(struct attempt *a)
{
	struct plan *plan = a->leg->plan;
	struct list keys = keys_in_the_way(plan);
	int rc = MOULT_OK;

	while (!rc && keys.count) {
		const int before = a->parked.count;

		rc = mo_rows_park(&a->parked, &a->session, plan, &keys);
		if (rc)
			return rc;
		if (a->parked.count == before)
			give_up(plan);
		forget_answers(plan);
		rc = mo_attempt_ask_hazards(a);
		keys = keys_in_the_way(plan);
	}
	if (mo_arena_rc(plan->arena))
		return mo_diag_memory(&a->m->diags);
	return !rc && mo_plan_refusals(plan) ? mo_probe_verdict(plan, &a->m->diags) : rc;
}

int mo_attempt_unpark(struct attempt *a)
{
	const struct schema *want = a->leg->diff->want;
	struct unparked_rows rows = {0};
	int rc;

	if (want->way_back || want->under_way.count)
		return MOULT_OK;
	rc = mo_rows_unpark(&rows, &a->session, a->leg->diff->goal);
	a->unparked += rows.back;
	a->still = rows;
	a->has_moved |= rows.back > 0;
	return rc;
}

static void say_parked(struct attempt *a)
{
	EACH (const struct parked_table, table, &a->parked)
		mo_diag(&a->m->diags, DIAG_RUN121, NULL, table->name,
			"%lld row%s of table %s %s parked in the file, out of the way of going back",
			table->rows, table->rows == 1 ? "" : "s", table->name,
			table->rows == 1 ? "is" : "are");
}

void mo_attempt_say_parked(struct attempt *a)
{
	say_parked(a);
	if (!a->still.parked)
		return;
	mo_diag(&a->m->diags, DIAG_RUN123, NULL, a->still.table,
		"%lld row%s not fit, and %s parked (table %s: %s)", a->still.parked,
		a->still.parked == 1 ? " does" : "s do", a->still.parked == 1 ? "stays" : "stay",
		a->still.table, a->still.why);
	mo_diag_hint(
		&a->m->diags,
		"they are in the table _moult_parked_rows: copy what is needed of them into the "
		"database; moult finish drops them");
}
