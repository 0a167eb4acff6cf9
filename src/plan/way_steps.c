/* SPDX-License-Identifier: MIT */
/* way_steps.c: see way_steps.h. */
#include "plan/way_steps.h"

#include "diff/describe.h"
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

void mo_step_count_on(struct steps *s, const char *name, const char *last)
{
	const struct table *table = mo_schema_table(s->plan->diff->goal, name);
	const char *sql[] = {mo_sql_sequence_raise(s->arena, name, last),
			     mo_sql_sequence_begin(s->arena, name, last)};

	if (!table || !mo_table_autoincrement(table))
		return;
	for (int i = 0; i < 2; i++) {
		struct step *step =
			mo_step_add(s, STEP_OTHER, mo_label_object(s->arena, &table->object),
				    "no id is given out twice", sql[i]);

		if (step)
			step->writes.sequence = true;
	}
}

void mo_steps_of_arrival(struct steps *s)
{
	const struct way_back *way = s->plan->diff->want->way_back;

	for (int i = 0; way && i < way->sequences.count; i++) {
		const struct kept_sequence *kept = way->sequences.items[i];

		mo_step_count_on(s, kept->table, mo_arena_format(s->arena, "%lld", kept->last));
	}

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
