/* SPDX-License-Identifier: MIT */
/* park.c: see park.h. */
#include "plan/park.h"

#include "base/text.h"
#include "diff/describe.h"
#include "model/form.h"
#include "plan/generations.h"
#include "plan/way_forth.h"
#include "sql/park_group.h"
#include "sql/parked_table.h"

#define LABEL "table " MO_PARKED_TABLE

/* A key under its names in the file before and after. */
struct key {
	struct list before;
	struct list after;
};

struct parker {
	struct plan *plan;
	const struct move *move;
	struct key *key;
	int first; /* of the table: in the plan's list */
	int begin; /* of the generation's places */
};

/* ---- keys ---------------------------------------------------------------------------------- */

static const struct source *source_of(const struct move *move, const char *column)
{
	EACH (const struct source, source, &move->sources)
		if (mo_same_name(source->want->object.name, column))
			return source;
	return NULL;
}

/* Whether a value of it may be another afterwards. */
static bool changes(const struct source *source)
{
	return mo_source_is_new(source) || source->fills_nulls || source->repairs;
}

static bool has_no_null(const struct table *table, const struct column *column)
{
	return mo_table_rowid_column(table) == column || mo_column_not_null(table, column);
}

bool mo_key_is_steady(const struct move *move, const char *name)
{
	const struct source *source = name ? source_of(move, name) : NULL;

	return source && source->have && !changes(source) && !source->have->generated.text &&
	       has_no_null(move->want, source->want) && has_no_null(move->have, source->have);
}

static bool is_steady_key(const struct move *move, const struct constraint *constraint)
{
	const struct sql everywhere = {0};

	if (constraint->kind != CONSTRAINT_PRIMARY_KEY && constraint->kind != CONSTRAINT_UNIQUE)
		return false;
	EACH (const struct term, term, &constraint->terms)
		if (!mo_key_is_steady(move, term->column))
			return false;
	return mo_keeps_apart(move->have, &constraint->terms, &everywhere);
}

/* The primary key, or else the first unique one that serves. */
static const struct constraint *find_key(const struct move *move)
{
	const struct constraint *key = mo_table_primary_key(move->want);

	if (key && is_steady_key(move, key))
		return key;
	EACH (const struct constraint, constraint, &move->want->constraints)
		if (is_steady_key(move, constraint))
			return constraint;
	return NULL;
}

static void take_key(struct parker *parker, const struct constraint *constraint)
{
	const struct move *move = parker->move;
	struct arena *arena = parker->plan->arena;

	EACH (const struct term, term, &constraint->terms) {
		mo_list_add(arena, &parker->key->after, term->column);
		mo_list_add(arena, &parker->key->before,
			    mo_diff_former_column(parker->plan->diff, move->want->object.name,
						  term->column));
	}
}

/* Whether there are names for the number of a row that comes back, and for its rowid (plan/filling.c). */
static bool can_be_numbered(const struct table *table)
{
	int needed = table->without_rowid || mo_table_rowid_column(table) ? 1 : 2;

	for (int i = 0; i < MO_ROWID_NAMES; i++)
		needed -= !mo_table_column(table, mo_rowid_names[i]);
	return needed <= 0;
}

/* Of a table that goes: its rowid tells its rows apart, for nobody renumbers a parked one. */
static bool take_key_of_gone(struct parker *parker)
{
	const struct table *table = parker->move->have;
	const struct constraint *key = mo_table_primary_key(table);
	const char *rowid = mo_table_rowid_name(table);

	if (rowid)
		mo_list_add(parker->plan->arena, &parker->key->before, rowid);
	for (int i = 0; !rowid && table->without_rowid && key && i < key->terms.count; i++)
		mo_list_add(parker->plan->arena, &parker->key->before,
			    ((const struct term *)key->terms.items[i])->column);
	return parker->key->before.count > 0 && can_be_numbered(table);
}

/* ---- what is parked ------------------------------------------------------------------------ */

static void park(struct parker *parker, const struct column *column, const struct source *source)
{
	struct plan *plan = parker->plan;
	const struct move *move = parker->move;
	struct parking *parking = mo_arena_make(plan->arena, struct parking);

	if (!parking)
		return;
	parking->place = parker->begin + plan->parkings.count + 1;
	parking->table = move->former;
	parking->column =
		mo_diff_former_column(plan->diff, move->have->object.name, column->object.name);
	parking->key = &parker->key->before;
	parking->goal = move->want ? move->want->object.name : NULL;
	parking->goal_key = &parker->key->after;
	parking->became = source ? source->want->object.name : NULL;
	parking->is_first = plan->parkings.count == parker->first;
	mo_list_add(plan->arena, &plan->parkings, parking);
}

static bool is_parked(const struct move *move, const struct column *column,
		      const struct source **source)
{
	*source = move->want ? source_of(move, column->object.name) : NULL;
	if (*source && (*source)->want->generated.text)
		*source = NULL;
	return !column->generated.text && (!*source || changes(*source));
}

static bool parks_any(const struct move *move)
{
	const struct source *source;

	EACH (const struct column, column, &move->have->columns)
		if (is_parked(move, column, &source))
			return true;
	return false;
}

static void leave(struct parker *parker, const char *why)
{
	struct unparked *unparked = mo_arena_make(parker->plan->arena, struct unparked);

	if (!unparked)
		return;
	*unparked = (struct unparked){parker->move->have, why};
	mo_list_add(parker->plan->arena, &parker->plan->unparked, unparked);
}

static bool find_rows(struct parker *parker)
{
	const struct constraint *key = parker->move->want ? find_key(parker->move) : NULL;

	if (key)
		take_key(parker, key);
	else if (parker->move->want || !take_key_of_gone(parker))
		return false;
	return true;
}

static void park_table(struct plan *plan, const struct move *move)
{
	struct parker parker = {plan, move, mo_arena_make(plan->arena, struct key),
				plan->parkings.count, mo_plan_generation(plan) * MO_PLACES};
	const struct source *source;

	if (!parker.key || !parks_any(move))
		return;
	if (!find_rows(&parker)) {
		leave(&parker, "no key that stays, declared and without NULL, says which row is "
			       "which");
		return;
	}
	EACH (const struct column, column, &move->have->columns)
		if (is_parked(move, column, &source))
			park(&parker, column, source);
	if (!mo_arena_rc(plan->arena))
		((struct parking *)plan->parkings.items[plan->parkings.count - 1])->is_last = true;
}

void mo_plan_parking(struct plan *plan)
{
	mo_plan_carry(plan);
	if (!plan->facts.parks)
		return;
	EACH (const struct move, move, &plan->moves)
		if (move->have)
			park_table(plan, move);
}

const struct parking *mo_parking_of(const struct plan *plan, const char *table, const char *column)
{
	EACH (const struct parking, parking, &plan->parkings)
		if (mo_same_name(parking->table, table) && mo_same_name(parking->column, column))
			return parking;
	return NULL;
}

/* ---- steps --------------------------------------------------------------------------------- */

static const char *label_of(struct steps *s, const char *table, const char *column)
{
	return mo_label_column(s->arena, table, column);
}

void mo_steps_keep_parked(struct steps *s)
{
	struct plan *plan = s->plan;

	if (plan->steps.count == plan->clears)
		plan->steps.count = plan->begins = plan->ends = 0;
}

void mo_steps_of_parking(struct steps *s)
{
	const int before = s->plan->steps.count;

	mo_steps_of_clearing(s);
	s->plan->clears = s->plan->steps.count - before;
	if (s->plan->parkings.count)
		mo_step_add_schema(s, LABEL, "keeps values for the way back", mo_sql_parked_create,
				   MO_PARKED_TABLE);
	/* A script does not know what it finds; and one that is planned for a file has cleared it. */
	if (s->plan->parkings.count && s->plan->facts.script && !s->plan->diff->have->has_parked)
		mo_step_add_parked(s, LABEL, "what is kept of an earlier migration goes",
				   mo_sql_parked_clear);
	EACH (const struct parking, parking, &s->plan->parkings) {
		const struct parked parked = {parking->place, parking->table, parking->column,
					      parking->key};

		mo_step_add_parked(s, label_of(s, parking->table, parking->column),
				   "its values are kept for the way back",
				   mo_sql_park(s->arena, &parked));
	}
	mo_step_note_forth(s);
}

void mo_steps_of_parked(struct steps *s)
{
	const struct parking *first = NULL;

	EACH (const struct parking, parking, &s->plan->parkings) {
		const struct parked parked = {parking->place, parking->goal, parking->became,
					      parking->goal_key};

		first = parking->is_first ? parking : first;
		if (parking->became)
			mo_step_add_parked(s, label_of(s, parking->goal, parking->became),
					   "notes what its values became",
					   mo_sql_park_became(s->arena, &parked));
		if (parking->goal && parking->is_last)
			mo_step_park_triggers(s,
					      &(struct park_group){first->goal, *first->goal_key,
								   first->place, parking->place});
	}
	mo_steps_of_carrying(s);
}

void mo_step_may_unpark(struct steps *s, struct step *step)
{
	if (s->plan->parkings.count || s->plan->diff->have->has_parked)
		mo_step_may_write(s, step, MO_PARKED_TABLE);
}
