/* SPDX-License-Identifier: MIT */
/* step.c: one step, and what it may write; see steps.h. */
#include "base/text.h"
#include "diff/describe.h"
#include "model/form.h"
#include "plan/steps.h"
#include "sql/rebuild.h"

struct step *mo_step_add(struct steps *s, enum step_kind kind, const char *object, const char *why,
			 const char *sql)
{
	struct step *step = mo_arena_make(s->arena, struct step);

	if (!step)
		return NULL;
	step->kind = kind;
	step->sql = sql;
	step->object = object;
	step->why = why;
	mo_list_add(s->arena, &s->plan->steps, step);
	return step;
}

/* A step that changes the schema of what is named. */
struct step *mo_step_add_schema(struct steps *s, const char *object, const char *why,
				const char *sql, const char *name)
{
	struct step *step = mo_step_add(s, STEP_SCHEMA, object, why, sql);

	if (!step)
		return NULL;
	step->writes.schema = step->writes.sequence = step->writes.statistics = true;
	mo_list_add(s->arena, &step->writes.tables, name);
	return step;
}

struct step *mo_step_add_alter(struct steps *s, const char *object, const char *why,
			       const char *sql, const char *table)
{
	struct step *step = mo_step_add(s, STEP_SCHEMA, object, why, sql);

	if (!step)
		return NULL;
	step->writes.schema = true;
	mo_list_add(s->arena, &step->writes.altered, table);
	return step;
}

void mo_step_may_write(struct steps *s, struct step *step, const char *table)
{
	if (step)
		mo_list_add(s->arena, &step->writes.tables, table);
}

struct step *mo_step_add_index(struct steps *s, const struct index *index, const char *why,
			       const char *sql)
{
	struct step *step = mo_step_add_schema(s, mo_label_object(s->arena, &index->object), why,
					       sql, index->object.name);

	mo_step_may_write(s, step, index->table);
	if (step) {
		step->kind = STEP_INDEX;
		step->index = index;
	}
	return step;
}

static bool name_is_taken(const struct plan *plan, const char *name)
{
	const struct diff *diff = plan->diff;
	const struct schema *schemas[] = {diff->have, diff->renamed, diff->goal};

	for (size_t i = 0; i < sizeof(schemas) / sizeof(*schemas); i++)
		if (mo_schema_find_relation(schemas[i], name) ||
		    mo_schema_find(schemas[i], KIND_INDEX, name) ||
		    mo_schema_is_shadow(schemas[i], name))
			return true;
	return mo_names_have(&plan->work, name);
}

const char *mo_plan_work_name(struct plan *plan, const char *what, const char *table)
{
	const char *name = mo_arena_format(plan->arena, "_moult_%s_%s", what, table);

	for (int i = 2; name && name_is_taken(plan, name); i++)
		name = mo_arena_format(plan->arena, "_moult_%s_%s_%d", what, table, i);
	mo_list_add(plan->arena, &plan->work, name);
	return name;
}

bool mo_step_same_form(struct steps *s, const struct object *have, const struct object *want)
{
	return have && want &&
	       mo_same(mo_form_object(s->arena, have), mo_form_object(s->arena, want));
}

void mo_step_move_statistics(struct steps *s, const char *object, const char *have,
			     const char *want)
{
	static const char *const tables[] = {"sqlite_stat1", "sqlite_stat4"};
	const bool present[] = {s->plan->facts.has_stat1, s->plan->facts.has_stat4};

	for (int i = 0; i < 2; i++) {
		struct step *step =
			present[i]
				? mo_step_add(
					  s, STEP_OTHER, object, "its statistics stay with it",
					  mo_sql_statistics_move(s->arena, tables[i], have, want))
				: NULL;

		if (step)
			step->writes.statistics = true;
	}
}
