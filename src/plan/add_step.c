/* SPDX-License-Identifier: MIT */
/* add_step.c: one step, and what it may write; see add_step.h. */
#include "plan/add_step.h"

#include "base/text.h"
#include "diff/describe.h"
#include "model/form.h"
#include "sql/rebuild.h"

struct step *mo_step_add(struct steps *s, enum step_kind kind, const char *object, const char *why,
			 const char *sql)
{
	struct step *step = mo_arena_make(s->arena, struct step);

	if (!step)
		return NULL;
	step->kind = kind;
	step->event = EVENT_COUNT;
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
