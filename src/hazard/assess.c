/* SPDX-License-Identifier: MIT */
/* assess.c: the passes in their order; each can be read alone. */
#include "hazard/assess.h"

#include "hazard/hazards.h"
#include "hazard/hint.h"

static int finish(struct plan *plan, const struct moult_options *options, struct diags *diags)
{
	int rc;

	if (mo_arena_rc(plan->arena))
		return mo_diag_memory(diags);
	rc = mo_plan_consent(plan, options->allow, diags);
	if (rc)
		return rc;
	if (plan->diff->want->way_back && !options->script)
		mo_plan_park_hazards(plan, options->park_rows);
	return mo_arena_rc(plan->arena) ? mo_diag_memory(diags) : MOULT_OK;
}

/* Code that knows the older shape is what a way back, and both shapes in one, are for. */
static void leave_out_old_code(struct plan *plan)
{
	const struct schema *want = plan->diff->want;
	const bool is_known = want->way_back || want->under_way.count;

	for (int i = plan->hazards.count; is_known && i-- > 0;) {
		const struct hazard *hazard = plan->hazards.items[i];

		if (hazard->id >= DIAG_MC101 && hazard->id <= DIAG_MC105)
			mo_list_remove(&plan->hazards, i);
	}
}

int mo_assess(struct plan *plan, const struct moult_options *options, struct diags *diags)
{
	mo_plan_newer_hazard(plan);
	mo_plan_require_hazards(plan);
	mo_plan_data_hazards(plan);
	mo_plan_way_hazards(plan);
	mo_plan_statement_hazards(plan);
	mo_plan_change_hazards(plan);
	mo_plan_lost_hazards(plan);
	mo_plan_prey_hazards(plan);
	mo_plan_stray_hazards(plan);
	if (plan->diff->changes.count)
		mo_plan_index_hazards(plan);
	mo_plan_fill_hazards(plan);
	mo_plan_key_hazards(plan);
	mo_plan_edit_hazards(plan);
	mo_plan_rename_hazards(plan);
	mo_plan_kept_hazards(plan);
	mo_plan_version_hazards(plan);
	mo_plan_undeclared_hazards(plan);
	leave_out_old_code(plan);
	return finish(plan, options, diags);
}

int mo_assess_standing(struct plan *plan, const struct moult_options *options, struct diags *diags)
{
	plan->hazards = (struct list){0};
	mo_plan_newer_hazard(plan);
	mo_plan_kept_hazards(plan);
	mo_hint_at_document(plan);
	return finish(plan, options, diags);
}
