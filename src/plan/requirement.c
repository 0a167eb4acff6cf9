/* SPDX-License-Identifier: MIT */
/* requirement.c: see requirement.h. */
#include "plan/requirement.h"

#include "base/text.h"
#include "plan/data_steps.h"
#include "sql/mention.h"

static bool has_column(const struct schema *schema, const char *name)
{
	EACH (const struct table, table, &schema->objects[KIND_TABLE])
		if (mo_table_column(table, name))
			return true;
	return false;
}

/* Whether a query speaks of a name that the file has no more. */
static bool speaks_of(const struct schema *have, const char *select, const char *name)
{
	return mo_mentions(select, name) && !mo_schema_find_relation(have, name) &&
	       !has_column(have, name);
}

static bool speaks_of_any(const struct schema *have, const char *select, const struct list *names)
{
	EACH (const char, name, names)
		if (speaks_of(have, select, name))
			return true;
	return false;
}

/* Whether it speaks of a former name, or of what a tombstone drops, that the file has no more. */
static bool speaks_of_the_gone(const struct plan *plan, const char *select)
{
	const struct schema *have = plan->diff->have;
	const struct schema *want = plan->diff->want;

	EACH (const struct tombstone, tombstone, &want->tombstones) {
		const char *name = tombstone->column ? tombstone->column : tombstone->name;

		if (speaks_of(have, select, name))
			return true;
	}
	EACH (const struct table, table, &want->objects[KIND_TABLE]) {
		if (speaks_of_any(have, select, &table->object.was))
			return true;
		EACH (const struct column, column, &table->columns)
			if (speaks_of_any(have, select, &column->object.was))
				return true;
	}
	return false;
}

bool mo_plan_asks(const struct plan *plan, const struct requirement *requirement)
{
	return requirement->at == MOMENT_BEFORE && plan->steps.count &&
	       !mo_is_new_file(plan->diff->have) &&
	       !speaks_of_the_gone(plan, requirement->select.text);
}

char *mo_requirement_label(struct arena *arena, const struct requirement *requirement)
{
	return mo_arena_format(arena, "require %s", requirement->name);
}

const char *mo_requirement_words(const struct requirement *requirement)
{
	return requirement->message ? requirement->message : "rows come to what must give none";
}

/* Only where something is changed. */
void mo_steps_of_requirements(struct steps *s)
{
	const int changes = s->plan->steps.count;

	EACH (const struct requirement, requirement, &s->plan->diff->want->requirements) {
		struct step *step;

		if (!changes || requirement->at != MOMENT_AFTER)
			continue;
		step = mo_step_add(s, STEP_REQUIRE, mo_requirement_label(s->arena, requirement),
				   mo_requirement_words(requirement), requirement->select.text);
		if (step)
			step->requirement = requirement;
	}
}
