/* SPDX-License-Identifier: MIT */
/*
 * done.c: the steps that remember which expressions have run on a file.
 *
 * They are the first, so that a script that would run one again ends there.
 *
 *	a column is added, or its table	the row is written, or written again: its values are new
 *	a table is made, with a <from>	the same
 *	a column that was there		the row is written; there must be none
 *	a column gets another name	its rows follow
 *	a column goes			its rows go, since another may come under its name
 *
 * Names may be taken in a chain, or exchanged: rows that have to make room wait under a name that
 * no column has, so that none of them follows twice.
 *
 * A script from a document does not know the rows of the file that it is for.  It has them follow
 * where the document has an expression for the column, and asks for those that it takes for done
 * (report/script_guard.c).
 */
#include "base/text.h"
#include "diff/describe.h"
#include "plan/data_steps.h"
#include "plan/done.h"
#include "plan/row_plan.h"
#include "sql/done_table.h"

void mo_step_make_done(struct steps *s)
{
	if (!s->has_done)
		s->has_done = mo_step_add_schema(s, "table " MO_DONE_TABLE,
						 "what has been done on this file",
						 mo_sql_done_create, MO_DONE_TABLE) != NULL;
}

static void add_step(struct steps *s, const char *label, const char *why, const char *sql,
		     const char *needs, const char *leaves)
{
	struct step *step;

	mo_step_make_done(s);
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

/* ---- columns that an expression fills ------------------------------------------------------ */

/* Whether an expression of the document runs, or has nothing to do in a table that is made. */
static bool counts(const struct move *move, const struct source *source)
{
	return source->runs || (move->way == WAY_CREATE && source->want->using.text);
}

static void mark_from(struct steps *s, const struct table *table)
{
	add_step(s, mo_label_object(s->arena, &table->object), NULL,
		 mo_sql_done_write_from(s->arena, table), NULL,
		 mo_sql_done_has_from(s->arena, table));
}

static void mark_sources(struct steps *s, const struct move *move)
{
	if (move->way == WAY_CREATE && move->want->from.text)
		mark_from(s, move->want);
	EACH (const struct source, source, &move->sources) {
		if (counts(move, source))
			mark(s, move->want, source->want, !source->have);
		else if (source->is_done && s->plan->facts.script)
			mo_step_make_done(s);
	}
}

/* ---- columns that get another name, or go -------------------------------------------------- */

/* What becomes of the rows of a column of the file. */
struct trail {
	const char *have; /* as the rows call it */
	const char *want; /* as they shall; NULL: it goes */
	const char *label;
	bool is_known; /* there are rows */
};

static bool has_rows(const struct steps *s, const char *object)
{
	EACH (const struct done, done, &s->plan->diff->have->done)
		if (mo_same_name(done->object, object))
			return true;
	return false;
}

/* The table of the goal that a table is, under its name after the renames; NULL: it goes. */
static const struct table *table_after(const struct steps *s, const struct table *table)
{
	const struct move *move = mo_plan_move(s->plan, table->object.name);

	return move && !move->have ? NULL
				   : mo_schema_table(s->plan->diff->goal, table->object.name);
}

/* The row of the query that filled the table when it was made. */
static void find_trail_of_table(struct steps *s, struct list *trails, const struct table *table)
{
	const struct table *goal = table_after(s, table);
	const char *name = table->object.name;
	struct trail *trail = mo_arena_make(s->arena, struct trail);

	if (!trail)
		return;
	trail->have = mo_done_object(s->arena, mo_diff_former_table(s->plan->diff, name), NULL);
	trail->want = goal ? mo_done_object(s->arena, name, NULL) : NULL;
	trail->label = mo_label_object(s->arena, &table->object);
	trail->is_known =
		has_rows(s, trail->have) || (s->plan->facts.script && goal && goal->from.text);
	mo_list_add(s->arena, trails, trail);
}

static void find_trails(struct steps *s, struct list *trails, const struct table *table)
{
	const struct table *goal = table_after(s, table);
	const char *name = table->object.name;
	const char *former = mo_diff_former_table(s->plan->diff, name);

	find_trail_of_table(s, trails, table);
	EACH (const struct column, column, &table->columns) {
		const char *column_name = column->object.name;
		const struct column *after = goal ? mo_table_column(goal, column_name) : NULL;
		struct trail *trail = mo_arena_make(s->arena, struct trail);

		if (!trail)
			return;
		trail->have = mo_done_object(
			s->arena, former, mo_diff_former_column(s->plan->diff, name, column_name));
		trail->want = after ? mo_done_object(s->arena, name, column_name) : NULL;
		trail->label = mo_label_column(s->arena, name, column_name);
		trail->is_known = has_rows(s, trail->have) ||
				  (s->plan->facts.script && after && after->using.text);
		mo_list_add(s->arena, trails, trail);
	}
}

static bool is_column_of_file(const struct list *trails, const char *object)
{
	EACH (const struct trail, trail, trails)
		if (mo_same_name(trail->have, object))
			return true;
	return false;
}

static void forget(struct steps *s, const char *label, const char *why, const char *object)
{
	add_step(s, label, why, mo_sql_done_forget(s->arena, object), NULL,
		 mo_sql_done_is_renamed(s->arena, object));
}

/* Of columns that are there no more, and whose names the plan gives to others. */
static void forget_strays(struct steps *s, const struct list *trails, const struct table *want)
{
	EACH (const struct column, column, &want->columns) {
		const char *name = want->object.name;
		const char *object = mo_done_object(s->arena, name, column->object.name);

		if (object && has_rows(s, object) && !is_column_of_file(trails, object))
			forget(s, mo_label_column(s->arena, name, column->object.name),
			       "another column had its name", object);
	}
}

static bool must_move(const struct trail *trail)
{
	return trail->is_known && trail->want && !mo_same(trail->have, trail->want);
}

/* Whether the rows of another column have yet to leave the name that one gets. */
static bool must_wait(const struct list *trails, const struct trail *trail)
{
	EACH (const struct trail, other, trails)
		if (other != trail && must_move(other) && mo_same_name(other->have, trail->want))
			return true;
	return false;
}

static void follow(struct steps *s, const struct trail *trail, const char *want)
{
	add_step(s, trail->label, "it has another name",
		 mo_sql_done_rename(s->arena, trail->have, want), NULL,
		 mo_same_name(trail->have, want) ? NULL
						 : mo_sql_done_is_renamed(s->arena, trail->have));
}

static void follow_all(struct steps *s, const struct list *trails)
{
	const char *last = NULL;

	EACH (const struct trail, trail, trails) {
		if (!must_move(trail) || !must_wait(trails, trail))
			continue;
		follow(s, trail, mo_sql_done_waiting(s->arena, trail->want));
		last = trail->label;
	}
	EACH (const struct trail, trail, trails)
		if (must_move(trail) && !must_wait(trails, trail))
			follow(s, trail, trail->want);
	if (last)
		add_step(s, last, "it has another name", mo_sql_done_arrive, NULL,
			 mo_sql_done_has_arrived);
}

/* Rows of objects that go, or are renamed, or were there. */
static void follow_rows(struct steps *s)
{
	const struct diff *diff = s->plan->diff;
	struct list trails = {0};

	for (int i = 0; i < diff->renamed->objects[KIND_TABLE].count; i++)
		find_trails(s, &trails, diff->renamed->objects[KIND_TABLE].items[i]);
	EACH (const struct trail, trail, &trails)
		if (trail->is_known && !trail->want)
			forget(s, trail->label, "it goes", trail->have);
	for (int i = 0; i < diff->goal->objects[KIND_TABLE].count; i++)
		forget_strays(s, &trails, diff->goal->objects[KIND_TABLE].items[i]);
	follow_all(s, &trails);
}

/* The rows of those that go or are renamed are first: a new one may take the name. */
void mo_steps_of_done(struct steps *s)
{
	const struct diff *diff = s->plan->diff;

	if (diff->have->done.count || s->plan->facts.script)
		follow_rows(s);
	/* What runs on the way back runs again on the next one. */
	for (int i = 0; i < s->plan->moves.count && !diff->want->way_back; i++)
		if (((struct move *)s->plan->moves.items[i])->want)
			mark_sources(s, s->plan->moves.items[i]);
}

static const char *forgotten_of(const struct plan *plan, const struct move *move,
				const struct schema *schema)
{
	const char *table = move->want->object.name;

	if (move->way == WAY_CREATE && move->want->from.text &&
	    !mo_done_has_from(schema, table, move->want))
		return mo_label_object(plan->arena, &move->want->object);
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

	if (plan->diff->want->way_back)
		return NULL;
	for (int i = 0; !label && i < plan->moves.count; i++)
		if (((struct move *)plan->moves.items[i])->want)
			label = forgotten_of(plan, plan->moves.items[i], schema);
	return label ? label : mo_data_forgotten(plan, schema);
}

char *mo_plan_is_marked(struct arena *arena, const struct plan *plan)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *condition;

	if (mo_plan_writes_rows(plan))
		sqlite3_str_appendf(out, "%s", mo_plan_rows_are_remembered(arena, plan));
	EACH (const struct step, step, &plan->steps)
		if (step->leaves)
			sqlite3_str_appendf(out, "%s(%s)", sqlite3_str_length(out) ? " AND " : "",
					    step->leaves);
	condition = mo_arena_take(arena, out);
	return condition && *condition ? condition : NULL;
}
