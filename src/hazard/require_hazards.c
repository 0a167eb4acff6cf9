/* SPDX-License-Identifier: MIT */
/* require_hazards.c: what a document requires of the file before anything is done (MR101). */
#include "hazard/hazards.h"
#include "plan/requirement.h"

static void ask(struct plan *plan, const struct requirement *requirement)
{
	struct hazard *hazard =
		mo_hazard_of_other(plan, DIAG_MR101, mo_requirement_label(plan->arena, requirement),
				   requirement->name, mo_requirement_words(requirement));

	if (!hazard)
		return;
	hazard->place = requirement->place;
	hazard->hint = MO_HINT_REQUIRE;
	hazard->count_sql = mo_arena_format(plan->arena, "SELECT count(*) FROM (\n%s\n)",
					    requirement->select.text);
	hazard->sample_sql = mo_arena_format(plan->arena, "SELECT * FROM (\n%s\n) LIMIT 5",
					     requirement->select.text);
}

void mo_plan_require_hazards(struct plan *plan)
{
	EACH (const struct requirement, requirement, &plan->diff->want->requirements)
		if (mo_plan_asks(plan, requirement))
			ask(plan, requirement);
}
