/* SPDX-License-Identifier: MIT */
/* data_hazards.c: steps of which nobody knows whether the file has them behind it (RUN046). */
#include "hazard/hazards.h"
#include "plan/data_steps.h"

void mo_plan_data_hazards(struct plan *plan)
{
	EACH (const struct data_step, step, &plan->diff->want->data_steps) {
		struct hazard *hazard;

		if (mo_data_fate(plan, step) != DATA_UNCLEAR)
			continue;
		hazard = mo_hazard_of_other(
			plan, DIAG_RUN046, mo_data_label(plan->arena, step), step->name,
			plan->diff->have->lost_marks
				? "the marks of this file (_moult_done) are gone: whether the step "
				  "has been done, nobody knows"
				: "the file is as the document says, and moult has never been "
				  "here: whether the step has been done, nobody knows");
		if (!hazard)
			return;
		hazard->place = step->place;
		hazard->hint = "say --steps run, or --steps done";
	}
}
