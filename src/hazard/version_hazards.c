/* SPDX-License-Identifier: MIT */
/*
 * version_hazards.c: what an older SQLite cannot read (MP101).
 *
 * One construct that is too new, in any object, makes the whole file
 * "malformed database schema" to it; what it would read as something else would
 * not be the schema that is wanted.  Functions are not looked at: one that is
 * not known fails only where it is called.
 */
#include "diff/describe.h"
#include "hazard/hazards.h"
#include "sql/age.h"
#include "sql/write.h"

static void refuse(struct plan *plan, const struct object *object, const struct novelty *novelty)
{
	struct hazard *hazard = mo_hazard_of(
		plan, DIAG_MP101, object,
		mo_arena_format(plan->arena, "%s: SQLite has it from 3.%d on, and an older one %s",
				novelty->what, novelty->since / 1000 % 1000,
				novelty->meant ? "takes it for something else"
					       : "could not read the file"));

	if (!hazard)
		return;
	hazard->place = object->place;
	hazard->hint =
		mo_arena_format(plan->arena, "say it otherwise, or raise --sqlite to 3.%d.%d",
				novelty->since / 1000 % 1000, novelty->since % 1000);
}

static bool is_said_before(const struct list *novelties, int at)
{
	for (int i = 0; i < at; i++)
		if (((const struct novelty *)novelties->items[i])->what ==
		    ((const struct novelty *)novelties->items[at])->what)
			return true;
	return false;
}

static void judge(struct plan *plan, const struct object *object)
{
	const char *sql = object->sql ? object->sql : mo_sql_create(plan->arena, object);
	struct list novelties = {0};

	if (sql)
		mo_sql_novelties(plan->arena, &novelties, mo_tokens(plan->arena, sql));
	for (int i = 0; i < novelties.count; i++) {
		const struct novelty *novelty = novelties.items[i];

		if (novelty->stored && novelty->since > plan->facts.sqlite &&
		    !is_said_before(&novelties, i))
			refuse(plan, object, novelty);
	}
}

/* What this SQLite cannot read it has refused itself, in the reference. */
void mo_plan_version_hazards(struct plan *plan)
{
	if (plan->facts.sqlite >= sqlite3_libversion_number())
		return;
	for (int kind = 0; kind < KIND_COUNT; kind++)
		for (int i = 0; i < plan->diff->goal->objects[kind].count; i++)
			judge(plan, plan->diff->goal->objects[kind].items[i]);
}
