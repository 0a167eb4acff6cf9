/* SPDX-License-Identifier: MIT */
/*
 * edit_hazards.c: declared rows that are neither as the document says nor as the one before said
 * (MD121): somebody has changed them since, and would find that gone.
 */
#include "hazard/hazards.h"
#include "plan/query.h"
#include "plan/row_plan.h"

static const char *hint(const struct declared *declared)
{
	if (!declared->has_dropped)
		return "take the values into the document, or write update=\"true\" at the row";
	if (!declared->sets.count)
		return "if it may go whoever made it, write update=\"true\" at <rows>";
	return "take the values into the document, or write update=\"true\" at the row, or at <rows> "
	       "for one that is to go";
}

static void judge(struct plan *plan, const struct row_plan *row_plan)
{
	const char *from = mo_query_expected(plan, row_plan->table);
	struct hazard *hazard = mo_hazard_of(plan, DIAG_MD121, &row_plan->table->object,
					     "declared rows were changed by somebody, and would be "
					     "as the document says");

	if (!hazard)
		return;
	hazard->count_sql = mo_sql_declared_edited(plan->arena, row_plan->declared, true, from,
						   plan->facts.has_done);
	hazard->sample_sql = mo_sql_declared_samples(plan->arena, row_plan->declared, from,
						     plan->facts.has_done);
	hazard->place = row_plan->rows->place;
	hazard->hint = hint(row_plan->declared);
}

void mo_plan_edit_hazards(struct plan *plan)
{
	EACH (const struct row_plan, row_plan, &plan->rows) {
		const struct move *move = mo_plan_move(plan, row_plan->table->object.name);

		if (!row_plan->is_settled && !(move && !move->have))
			judge(plan, row_plan);
	}
}
