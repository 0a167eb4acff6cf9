/* SPDX-License-Identifier: MIT */
/* compat.c: see compat.h. */
#include "compat/compat.h"

#include "base/text.h"
#include "compat/saying.h"
#include "compat/queries.h"

/* ---- the way back -------------------------------------------------------------------------- */

static const char *tombstone_back(const struct diff *diff, const struct change *change)
{
	EACH (const struct tombstone, tombstone, &diff->want->tombstones) {
		if (tombstone->column && tombstone->back.text &&
		    mo_same_name(tombstone->table, change->have->name) &&
		    mo_same_name(tombstone->column, change->have_column->object.name))
			return tombstone->back.text;
	}
	return NULL;
}

/* The document's own expression for it, or NULL. */
static const char *expression_of(const struct diff *diff, const struct change *change)
{
	const char *text;

	if (!change || change->part != PART_COLUMN || change->verb == VERB_ADD)
		return NULL;
	text = change->want_column ? change->want_column->back.text : tombstone_back(diff, change);
	return text && !mo_same_name(text, "none") ? text : NULL;
}

/* ---- what it costs ------------------------------------------------------------------------- */

/* What the steps for a move, or those that make an index, take together. */
static void add_steps(struct meeting *meeting, const struct plan *plan, const struct move *move,
		      const struct object *index)
{
	bool rewrites = false;

	meeting->ms = plan->estimate.is_known ? 0 : -1;
	meeting->rows = -1;
	EACH (const struct step, step, &plan->steps) {
		const bool makes =
			index && step->index && mo_same_name(step->index->object.name, index->name);

		if (!makes && (!move || step->move != move))
			continue;
		rewrites |= step->toll == TOLL_REWRITE;
		if (!plan->estimate.is_known)
			continue;
		meeting->ms += step->cost.ms;
		if (step->cost.rows > meeting->rows)
			meeting->rows = step->cost.rows;
	}
	if (rewrites)
		meeting->price = PRICE_REWRITE;
}

static const struct move *dropped_move(const struct plan *plan, const char *name)
{
	EACH (const struct move, move, &plan->moves)
		if (move->way == WAY_DROP && mo_same_name(move->have->object.name, name))
			return move;
	return NULL;
}

static bool adds_constraint(const struct meeting *meeting)
{
	return meeting->change && meeting->change->part == PART_CONSTRAINT &&
	       meeting->change->verb == VERB_ADD;
}

static enum price price_of(const struct move *move, const struct meeting *meeting)
{
	switch (move ? move->way : WAY_NOTHING) {
	case WAY_EXCHANGE:
	case WAY_REBUILD:
		return PRICE_COPY;
	case WAY_DROP:
		return PRICE_FREE;
	case WAY_NATIVE:
	case WAY_EDIT:
		return adds_constraint(meeting) ? PRICE_SCAN : PRICE_NOTHING;
	case WAY_NOTHING:
	case WAY_CREATE:
		break;
	}
	return PRICE_NOTHING;
}

static void set_price(struct meeting *meeting, const struct plan *plan)
{
	const struct change *change = meeting->change;
	const struct object *object = NULL;
	const struct move *move;

	meeting->ms = meeting->rows = -1;
	if (!plan)
		return;
	if (change)
		object = mo_change_object(change);
	if (object && object->kind == KIND_INDEX) {
		meeting->price = change->want ? PRICE_SCAN : PRICE_NOTHING;
		add_steps(meeting, plan, NULL, change->want);
		return;
	}
	if (object && object->kind == KIND_VIRTUAL && change->verb == VERB_CHANGE) {
		meeting->price = PRICE_COPY;
		return;
	}
	move = mo_plan_move(plan, meeting->relation[SIDE_NEW]);
	if (change && !change->want && change->part == PART_OBJECT)
		move = dropped_move(plan, object->name);
	if (object && (object->kind == KIND_TRIGGER || object->kind == KIND_VIEW))
		move = NULL;
	meeting->price = price_of(move, meeting);
	add_steps(meeting, plan, move, NULL);
}

/* ---- meetings ------------------------------------------------------------------------------ */

static void set_relations(struct meeting *meeting, const struct diff *diff)
{
	const struct change *change = meeting->change;
	const struct rename *rename = meeting->rename;
	const struct object *object;
	const char *name;

	if (rename) {
		name = rename->table ? rename->table : rename->want;
	} else {
		object = mo_change_object(change);
		if (!object)
			return;
		name = mo_object_ground(object) ? mo_object_ground(object) : object->name;
	}
	meeting->relation[SIDE_NEW] = name;
	meeting->relation[SIDE_OLD] = mo_diff_former_table(diff, name);
}

static void meet(struct compat *compat, const struct plan *plan, const struct rename *rename,
		 const struct change *change, enum verdict_kind kind)
{
	const struct verdict *verdict = &mo_verdicts[kind];
	struct meeting *meeting = mo_arena_make(compat->arena, struct meeting);
	const char *expression = expression_of(compat->diff, change);

	if (!meeting)
		return;
	*meeting = (struct meeting){.rename = rename,
				    .change = change,
				    .verdict = verdict,
				    .back = verdict->back,
				    .back_words = verdict->back_words};
	for (int side = 0; side < SIDE_COUNT; side++)
		for (int traffic = 0; traffic < TRAFFIC_COUNT; traffic++)
			meeting->effects[side][traffic] = verdict->effects[side][traffic];
	if (expression) {
		meeting->back = BACK_EXPRESSION;
		meeting->back_words = expression;
	}
	set_relations(meeting, compat->diff);
	set_price(meeting, plan);
	mo_list_add(compat->arena, &compat->meetings, meeting);
}

static bool are_all_in(const struct table *table, const struct constraint *constraint)
{
	EACH (const char, name, &constraint->columns)
		if (!mo_table_column(table, name))
			return false;
	EACH (const struct term, term, &constraint->terms)
		if (!term->column || !mo_table_column(table, term->column))
			return false;
	return !constraint->owner || mo_table_column(table, constraint->owner->object.name);
}

/* A constraint that comes with a column, or goes with one, is a part of that. */
static bool is_of_column(const struct change *change)
{
	if (change->part != PART_CONSTRAINT)
		return false;
	return change->verb == VERB_ADD
		       ? !are_all_in((const struct table *)change->have, change->want_constraint)
		       : !are_all_in((const struct table *)change->want, change->have_constraint);
}

static void meet_all(struct compat *compat, const struct plan *plan)
{
	EACH (const struct rename, rename, &compat->diff->renames)
		meet(compat, plan, rename, NULL, mo_verdict_of_rename(rename));
	EACH (const struct change, change, &compat->diff->changes) {
		enum verdict_kind kinds[MO_VERDICTS_AT_ONCE];
		const int count = is_of_column(change) ? 0 : mo_verdict_kinds(kinds, change);

		for (int i = 0; i < count; i++)
			meet(compat, plan, NULL, change, kinds[i]);
	}
}

/* What must fail by the table, and was seen to work. */
static void settle(const struct compat *compat, struct meeting *meeting, enum side side,
		   enum traffic traffic)
{
	struct effect *effect = &meeting->effects[side][traffic];
	enum fit worst;

	if (effect->fit != FIT_NO ||
	    !mo_saying_tried(compat, side, traffic, meeting->relation[side], &worst) ||
	    worst == FIT_NO)
		return;
	*effect = (struct effect){worst, worst ? "some were seen to fail"
					       : "all were seen to work all the same"};
}

static void worsen(enum fit *fit, enum fit by)
{
	if (by > *fit)
		*fit = by;
}

static void sum_up(struct compat *compat, enum side side)
{
	struct findings *findings = &compat->findings[side];

	for (int traffic = 0; traffic < TRAFFIC_COUNT; traffic++)
		EACH (struct meeting, meeting, &compat->meetings) {
			settle(compat, meeting, side, (enum traffic)traffic);
			worsen(&findings->fits[traffic], meeting->effects[side][traffic].fit);
		}
	EACH (const struct saying, saying, &findings->failed)
		worsen(&findings->fits[saying->traffic], mo_saying_weight(saying));
}

static int find_out(struct compat *compat, const struct plan *plan)
{
	int rc =
		mo_tryout_begin(&compat->tryout, compat->m, compat->diff->have, compat->diff->goal);

	if (rc)
		return rc;
	meet_all(compat, plan);
	for (int side = 0; side < SIDE_COUNT && !compat->tryout.rc; side++) {
		mo_saying_all(compat, (enum side)side);
		sum_up(compat, (enum side)side);
	}
	if (compat->tryout.rc)
		return compat->tryout.rc;
	return mo_arena_rc(compat->arena) ? mo_diag_memory(&compat->m->diags) : MOULT_OK;
}

int mo_compat_new(struct compat **out, struct moult *m, const struct diff *diff,
		  const struct plan *plan)
{
	struct arena *arena = mo_arena_new();
	struct compat *compat = arena ? mo_arena_make(arena, struct compat) : NULL;
	const char *mode = diff->have->pragmas.journal_mode;
	int rc;

	if (!compat) {
		mo_arena_free(arena);
		return mo_diag_memory(&m->diags);
	}
	compat->m = m;
	compat->arena = arena;
	compat->diff = diff;
	compat->ms = plan && plan->estimate.is_known ? plan->estimate.all.ms : -1;
	compat->is_wal = mo_same_name(mode, "wal");
	rc = find_out(compat, plan);
	if (!rc)
		*out = compat;
	else
		mo_compat_free(compat);
	return rc;
}

void mo_compat_free(struct compat *compat)
{
	if (!compat)
		return;
	mo_tryout_end(&compat->tryout);
	mo_arena_free(compat->arena);
}

bool mo_compat_fits(const struct compat *compat)
{
	for (int side = 0; side < SIDE_COUNT; side++)
		for (int traffic = 0; traffic < TRAFFIC_COUNT; traffic++)
			if (compat->findings[side].fits[traffic])
				return false;
	EACH (const struct query, query, &compat->queries)
		if (query->outcome)
			return false;
	return true;
}
