/* SPDX-License-Identifier: MIT */
/* way_steps.c: see way_steps.h. */
#include "plan/way_steps.h"

#include "sql/under_way_table.h"
#include "sql/way_back_table.h"

#define LABEL "table " MO_WAY_BACK_TABLE

void mo_steps_of_way_back(struct steps *s)
{
	const struct way_back *way = s->plan->diff->want->way_back;

	for (int i = 0; way && i < way->left.count; i++) {
		mo_step_make_done(s);
		mo_step_may_write(s,
				  mo_step_add(s, STEP_MARK, LABEL, "marks of the way there go",
					      mo_sql_done_take_away(s->arena, way->left.items[i])),
				  MO_DONE_TABLE);
	}
}

void mo_steps_of_arrival(struct steps *s)
{
	const struct way_back *way = s->plan->diff->want->way_back;

	for (int i = 0; way && i < way->taken.count; i++) {
		mo_step_make_done(s);
		mo_step_may_write(s,
				  mo_step_add(s, STEP_MARK, LABEL, "marks from before come back",
					      mo_sql_done_put_back(s->arena, way->taken.items[i])),
				  MO_DONE_TABLE);
	}
	if (way)
		mo_step_may_write(s,
				  mo_step_add(s, STEP_MARK, LABEL, "the way back is gone",
					      mo_sql_way_back_forget(s->arena, way->number)),
				  MO_WAY_BACK_TABLE);
	for (int i = 0; i < s->plan->diff->want->under_way.count; i++)
		mo_step_add_schema(s, "table " MO_UNDER_WAY_TABLE, "what is under way",
				   s->plan->diff->want->under_way.items[i], MO_UNDER_WAY_TABLE);
}
