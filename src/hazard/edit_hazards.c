/* SPDX-License-Identifier: MIT */
/*
 * edit_hazards.c: declared rows that are neither as the document says nor as the one before said
 * (MD121).  Where the file remembers declared rows of the table, somebody has changed them since,
 * and would find that gone.  Where it remembers none, as one whose rows went into a document by
 * dump --rows, nobody can tell who gave the values; that is what is said then.
 */
#include "hazard/hazards.h"
#include "plan/query.h"
#include "plan/row_plan.h"

static const char *message(const struct declared *declared, bool is_remembered)
{
	if (!declared->sets.count && !is_remembered)
		return "rows that are to go are there, and the file does not remember that a document "
		       "declared them; they would be deleted";
	return is_remembered ? "declared rows were changed by somebody, and would be as the "
			       "document says"
			     : "declared rows have other values, and the file does not remember "
			       "that a document gave them; they would be as the document says";
}

static const char *hint(const struct declared *declared, bool is_remembered)
{
	if (!declared->has_dropped && !is_remembered)
		return "if the document knows better, write update=\"true\" at <rows> or at the "
		       "row, from then on the file remembers; else take the values into the "
		       "document";
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
	const bool is_remembered = mo_row_plan_has_mark(plan, row_plan);
	struct hazard *hazard = mo_hazard_of(plan, DIAG_MD121, &row_plan->table->object,
					     message(row_plan->declared, is_remembered));

	if (!hazard)
		return;
	hazard->count_sql = mo_sql_declared_edited(plan->arena, row_plan->declared, true, from,
						   plan->facts.has_done);
	hazard->sample_sql = mo_sql_declared_samples(plan->arena, row_plan->declared, from,
						     plan->facts.has_done);
	hazard->place = row_plan->rows->place;
	hazard->hint = hint(row_plan->declared, is_remembered);
}

void mo_plan_edit_hazards(struct plan *plan)
{
	EACH (const struct row_plan, row_plan, &plan->rows) {
		const struct move *move = mo_plan_move(plan, row_plan->table->object.name);

		if (!row_plan->is_settled && !(move && !move->have))
			judge(plan, row_plan);
	}
}
