/* SPDX-License-Identifier: MIT */
/*
 * done.c: the steps that remember which expressions have run on a file.
 *
 * They are the first, so that a script that would run one again ends there.
 *
 *	a column is added, or its table	the row is written, or written again: its values are new
 *	a column that was there		the row is written; there must be none
 *	a column gets another name	its rows follow
 */
#include "base/text.h"
#include "diff/describe.h"
#include "plan/done.h"
#include "sql/done_table.h"

static void add_step(struct steps *s, const char *label, const char *why, const char *sql,
		     const char *needs, const char *leaves)
{
	struct step *step;

	if (!s->has_done) {
		step = mo_step_add_schema(s, "table " MO_DONE_TABLE,
					  "which expressions have run on this file",
					  mo_sql_done_create, MO_DONE_TABLE);
		s->has_done = step != NULL;
	}
	step = mo_step_add(s, STEP_MARK, label, why, sql);
	mo_step_may_write(s, step, MO_DONE_TABLE);
	if (!step)
		return;
	step->needs = needs;
	step->leaves = leaves;
}

static void mark(struct steps *s, const struct table *table, const struct column *column,
		 bool is_new)
{
	const char *name = table->object.name;

	add_step(s, mo_label_column(s->arena, name, column->object.name),
		 is_new ? NULL : "its using runs on a file once",
		 mo_sql_done_write(s->arena, name, column, is_new),
		 is_new ? NULL : mo_sql_done_counts(s->arena, name, column, 0),
		 mo_sql_done_counts(s->arena, name, column, 1));
}

/* Whether an expression of the document runs, or has nothing to do in a table that is made. */
static bool counts(const struct move *move, const struct source *source)
{
	return source->is_using || (move->way == WAY_CREATE && source->want->using.text);
}

static void mark_sources(struct steps *s, const struct move *move)
{
	EACH (const struct source, source, &move->sources)
		if (counts(move, source))
			mark(s, move->want, source->want, !source->have);
}

static void follow(struct steps *s, const char *former_table, const struct table *want)
{
	EACH (const struct column, column, &want->columns) {
		const char *name = column->object.name;
		const char *former = mo_diff_former_column(s->plan->diff, want->object.name, name);
		const char *have = mo_done_object(s->arena, former_table, former);
		const char *object = mo_done_object(s->arena, want->object.name, name);

		for (int j = 0; !mo_same(have, object) && j < s->plan->diff->have->done.count;
		     j++) {
			const struct done *done = s->plan->diff->have->done.items[j];

			if (!mo_same_name(done->object, have))
				continue;
			add_step(s, mo_label_column(s->arena, want->object.name, name),
				 "it has another name", mo_sql_done_rename(s->arena, have, object),
				 NULL, mo_sql_done_is_renamed(s->arena, have));
			break;
		}
	}
}

/* The rows of those that are renamed go first: a new one may take the name. */
void mo_steps_of_done(struct steps *s)
{
	for (int i = 0; s->plan->diff->have->done.count && i < s->plan->moves.count; i++) {
		const struct move *move = s->plan->moves.items[i];

		if (move->have && move->want)
			follow(s, move->former, move->want);
	}
	for (int i = 0; i < s->plan->moves.count; i++)
		if (((struct move *)s->plan->moves.items[i])->want)
			mark_sources(s, s->plan->moves.items[i]);
}

static const char *forgotten_of(const struct plan *plan, const struct move *move,
				const struct schema *schema)
{
	const char *table = move->want->object.name;

	EACH (const struct source, source, &move->sources) {
		const char *column = source->want->object.name;

		if (counts(move, source) && !mo_done_has(schema, table, column, source->want))
			return mo_label_column(plan->arena, table, column);
	}
	return NULL;
}

const char *mo_plan_forgotten(const struct plan *plan, const struct schema *schema)
{
	const char *label = NULL;

	for (int i = 0; !label && i < plan->moves.count; i++)
		if (((struct move *)plan->moves.items[i])->want)
			label = forgotten_of(plan, plan->moves.items[i], schema);
	return label;
}
