/* SPDX-License-Identifier: MIT */
/* data_steps.c: see data_steps.h. */
#include "plan/data_steps.h"

#include "base/text.h"
#include "plan/park.h"
#include "sql/done_table.h"

bool mo_is_new_file(const struct schema *have)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (have->objects[kind].count)
			return false;
	return true;
}

char *mo_data_label(struct arena *arena, const struct data_step *step)
{
	return mo_arena_format(arena, "step %s", step->name);
}

/* The release at which the file stands has that step already. */
static bool is_behind(const struct plan *plan, const struct data_step *step)
{
	const struct schema *stands = plan->facts.stands;
	const struct list none = {0}, *steps = stands ? &stands->data_steps : &none;

	EACH (const struct data_step, other, steps)
		if (mo_same_name(other->name, step->name))
			return true;
	return false;
}

/*
 * A file of which moult knows would have the mark of a step that it ran, or did not need.  One in
 * the shape of the document that moult does not know may have been made so, with or without what
 * the step does; and one whose marks are gone may have every step behind it.
 */
enum data_fate mo_data_fate(const struct plan *plan, const struct data_step *step)
{
	const struct schema *have = plan->diff->have;
	const bool is_file = *plan->facts.exact != '\0';
	const bool is_unknown = !have->has_marks && mo_diff_is_empty(plan->diff);

	if (plan->diff->want->way_back)
		return DATA_RUNS;
	if (mo_done_has_step(have, step))
		return DATA_DONE;
	if (mo_is_new_file(have) || is_behind(plan, step) ||
	    mo_same(plan->facts.data_steps, "done"))
		return DATA_MARKED;
	if (is_file && (is_unknown || have->lost_marks) && !mo_same(plan->facts.data_steps, "run"))
		return DATA_UNCLEAR;
	return DATA_RUNS;
}

void mo_data_due(struct list *due, struct arena *arena, const struct plan *plan)
{
	EACH (const struct data_step, step, &plan->diff->want->data_steps) {
		const enum data_fate fate = mo_data_fate(plan, step);

		if (fate == DATA_RUNS || fate == DATA_UNCLEAR)
			mo_list_add(arena, due, step);
	}
}

/* ---- steps --------------------------------------------------------------------------------- */

static void may_write(struct arena *arena, struct step *step, const struct schema *schema,
		      const char *name)
{
	const bool is_virtual = mo_schema_find(schema, KIND_VIRTUAL, name) != NULL;

	mo_list_add(arena, is_virtual ? &step->writes.virtuals : &step->writes.tables, name);
}

struct step mo_data_step(struct arena *arena, const struct schema *schema,
			 const struct data_step *data, const struct data_statement *statement)
{
	struct step step = {.kind = STEP_DATA,
			    .event = EVENT_COUNT,
			    .sql = statement->sql,
			    .object = mo_data_label(arena, data),
			    .why = data->doc,
			    .data = data,
			    .statement = statement};

	may_write(arena, &step, schema, statement->table);
	EACH (const char, name, &data->writes)
		may_write(arena, &step, schema, name);
	return step;
}

static void add_mark(struct steps *s, const struct data_step *data, const char *why)
{
	struct step *step;

	mo_step_make_done(s);
	step = mo_step_add(s, STEP_MARK, mo_data_label(s->arena, data), why,
			   mo_sql_done_write_step(s->arena, data));
	mo_step_may_write(s, step, MO_DONE_TABLE);
	if (!step)
		return;
	step->data = data;
	step->needs = mo_sql_done_counts_step(s->arena, data, 0);
	step->leaves = mo_sql_done_counts_step(s->arena, data, 1);
}

static void add_statement(struct steps *s, const struct data_step *data,
			  const struct data_statement *statement)
{
	const struct diff *diff = s->plan->diff;
	struct step *step = mo_arena_make(s->arena, struct step);

	if (!step)
		return;
	*step = mo_data_step(s->arena, data->at == MOMENT_BEFORE ? diff->have : diff->goal, data,
			     statement);
	mo_step_may_unpark(s, step);
	mo_list_add(s->arena, &s->plan->steps, step);
}

void mo_steps_of_data(struct steps *s, enum moment at)
{
	EACH (const struct data_step, data, &s->plan->diff->want->data_steps) {
		if (data->at != at || mo_data_fate(s->plan, data) != DATA_RUNS)
			continue;
		if (!s->plan->diff->want->way_back)
			add_mark(s, data, "it runs on a file once");
		EACH (const struct data_statement, statement, &data->statements)
			add_statement(s, data, statement);
	}
}

/* A script from a document asks the file for those that the document has for done. */
void mo_steps_of_marks(struct steps *s)
{
	EACH (const struct data_step, data, &s->plan->diff->want->data_steps) {
		const enum data_fate fate = mo_data_fate(s->plan, data);

		if (fate == DATA_MARKED)
			add_mark(s, data,
				 mo_is_new_file(s->plan->diff->have) ? "a new file needs it not"
								     : "it has been done");
		else if (fate == DATA_DONE && s->plan->facts.script)
			mo_step_make_done(s);
	}
}

const char *mo_data_forgotten(const struct plan *plan, const struct schema *schema)
{
	EACH (const struct data_step, data, &plan->diff->want->data_steps) {
		const enum data_fate fate = mo_data_fate(plan, data);

		if ((fate == DATA_RUNS || fate == DATA_MARKED) && !mo_done_has_step(schema, data))
			return mo_data_label(plan->arena, data);
	}
	return NULL;
}
