/* SPDX-License-Identifier: MIT */
/* row_plan.c: see row_plan.h. */
#include "plan/row_plan.h"

#include "base/text.h"
#include "diff/describe.h"
#include "plan/done.h"
#include "plan/query.h"
#include "sql/own_table.h"
#include "sql/write.h"

/* ---- what there is ------------------------------------------------------------------------- */

static const struct column *column_of_file(const struct plan *plan, const char *table,
					   const char *column)
{
	const struct table *have =
		mo_schema_table(plan->diff->have, mo_diff_former_table(plan->diff, table));

	return have ? mo_table_column(have, mo_diff_former_column(plan->diff, table, column))
		    : NULL;
}

static bool is_as_in_file(const struct column *have, const struct column *column)
{
	return mo_same_name(have->object.name, column->object.name) &&
	       have->affinity == column->affinity && mo_same(have->value.text, column->value.text);
}

/* What the file has under another name, with another type, or another DEFAULT. */
static void list_origins(struct plan *plan, const struct row_plan *row_plan)
{
	const char *table = row_plan->table->object.name;

	row_plan->declared->former = mo_diff_former_table(plan->diff, table);
	EACH (const struct column, column, &row_plan->table->columns) {
		const struct column *have = column_of_file(plan, table, column->object.name);
		struct origin *origin;

		if (!have || is_as_in_file(have, column))
			continue;
		origin = mo_arena_make(plan->arena, struct origin);
		if (!origin)
			return;
		*origin = (struct origin){column, have->object.name, have->value.text,
					  have->affinity};
		mo_list_add(plan->arena, &row_plan->declared->origins, origin);
	}
}

/* Columns that this plan makes: nobody can have changed a value of them. */
static void list_unjudged(struct plan *plan, const struct row_plan *row_plan)
{
	const struct move *move = mo_plan_move(plan, row_plan->table->object.name);

	for (int i = 0; move && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if (!source->have)
			mo_list_add(plan->arena, &row_plan->declared->unjudged,
				    mo_table_column(row_plan->table, source->want->object.name));
	}
}

static const struct done *mark_of(const struct schema *have, const char *table)
{
	EACH (const struct done, done, &have->row_marks)
		if (mo_same_name(done->object, table))
			return done;
	return NULL;
}

static const struct done *mark_of_rows(const struct plan *plan, const struct row_plan *row_plan)
{
	const char *former = mo_diff_former_table(plan->diff, row_plan->table->object.name);

	return mark_of(plan->diff->have, mo_declared_name(plan->arena, former));
}

/*
 * What the release declares at which the file stands, where no mark tells; a script is for files
 * that are as HAVE declares.
 */
static void find_before(struct plan *plan, const struct row_plan *row_plan)
{
	const char *name = row_plan->declared->former;
	const struct schema *stands =
		plan->facts.script && !plan->facts.has_file ? plan->diff->have : plan->facts.stands;
	const struct rows *rows = stands ? mo_rows_of(stands, name) : NULL;
	const struct table *table = stands ? mo_schema_table(stands, name) : NULL;

	if (!rows || !rows->rows.count || !table ||
	    (plan->facts.has_file && mark_of_rows(plan, row_plan)))
		return;
	row_plan->declared->before = mo_declared_make(
		plan->arena, rows, table, mo_plan_work_name(plan, "before", table->object.name));
}

/* Without a file what HAVE says of its rows counts. */
static bool is_settled(const struct plan *plan, const struct row_plan *row_plan)
{
	const char *table = row_plan->table->object.name;

	if (plan->facts.has_file)
		return mo_names_have(&plan->facts.settled, table);
	return !mo_plan_move(plan, table) && mo_row_plan_is_remembered(plan, row_plan);
}

static void add(struct plan *plan, const struct rows *rows, const struct table *table)
{
	struct row_plan *row_plan = mo_arena_make(plan->arena, struct row_plan);

	if (!row_plan)
		return;
	row_plan->rows = rows;
	row_plan->table = table;
	row_plan->work = mo_plan_work_name(plan, "rows", table->object.name);
	row_plan->declared = mo_declared_make(plan->arena, rows, table, row_plan->work);
	if (!row_plan->declared || mo_arena_rc(plan->arena))
		return;
	row_plan->declared->digest = mo_declared_digest(plan->arena, rows);
	list_origins(plan, row_plan);
	list_unjudged(plan, row_plan);
	find_before(plan, row_plan);
	row_plan->is_settled = is_settled(plan, row_plan);
	mo_list_add(plan->arena, &plan->rows, row_plan);
}

void mo_plan_rows_make(struct plan *plan)
{
	EACH (const struct rows, rows, &plan->diff->want->rows) {
		const struct table *table = mo_schema_table(plan->diff->goal, rows->table);

		if (table && rows->rows.count)
			add(plan, rows, table);
	}
}

const struct row_plan *mo_plan_row_plan(const struct plan *plan, const char *table)
{
	EACH (const struct row_plan, row_plan, &plan->rows)
		if (!row_plan->is_settled && mo_same_name(row_plan->table->object.name, table))
			return row_plan;
	return NULL;
}

bool mo_row_plan_has_mark(const struct plan *plan, const struct row_plan *row_plan)
{
	return row_plan->declared->before || mark_of_rows(plan, row_plan);
}

bool mo_row_plan_is_remembered(const struct plan *plan, const struct row_plan *row_plan)
{
	const struct done *done = mark_of_rows(plan, row_plan);

	return done ? mo_same(done->digest, row_plan->declared->digest) : plan->facts.has_file;
}

bool mo_plan_writes_rows(const struct plan *plan)
{
	EACH (const struct row_plan, row_plan, &plan->rows)
		if (!row_plan->is_settled)
			return true;
	return false;
}

bool mo_plan_rows_were_remembered(const struct plan *plan)
{
	EACH (const struct row_plan, row_plan, &plan->rows)
		if (!row_plan->is_settled &&
		    (!mark_of_rows(plan, row_plan) || !mo_row_plan_is_remembered(plan, row_plan)))
			return false;
	return mo_plan_writes_rows(plan);
}

char *mo_plan_rows_are_remembered(struct arena *arena, const struct plan *plan)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	EACH (const struct row_plan, row_plan, &plan->rows) {
		if (row_plan->is_settled)
			continue;
		sqlite3_str_appendf(out, "%s%s", sqlite3_str_length(out) ? " AND " : "",
				    mo_sql_declared_is_remembered(arena, row_plan->declared));
	}
	return mo_arena_take(arena, out);
}

bool mo_row_plan_retypes(const struct row_plan *row_plan)
{
	EACH (const struct origin, origin, &row_plan->declared->origins)
		if (origin->affinity != origin->column->affinity)
			return true;
	return false;
}

char *mo_row_plan_state(const struct plan *plan, const struct row_plan *row_plan)
{
	return mo_sql_declared_state(plan->arena, row_plan->declared, true,
				     mo_query_expected(plan, row_plan->table));
}

char *mo_row_plan_stale(const struct plan *plan, const struct row_plan *row_plan)
{
	if (mo_row_plan_is_remembered(plan, row_plan) || !plan->facts.has_done)
		return NULL;
	return mo_sql_declared_stale(plan->arena, row_plan->declared,
				     mo_query_expected(plan, row_plan->table));
}

char *mo_row_plan_outcome(const struct plan *plan, const struct row_plan *row_plan)
{
	return mo_sql_declared_state(plan->arena, row_plan->declared, true,
				     row_plan->declared->name);
}

/* ---- steps --------------------------------------------------------------------------------- */

static struct step *add_step(struct steps *s, const struct row_plan *row_plan, const char *sql,
			     const char *written)
{
	struct step *step =
		sql ? mo_step_add(s, STEP_ROWS, mo_label_object(s->arena, &row_plan->table->object),
				  "its declared rows", sql)
		    : NULL;

	if (!step)
		return NULL;
	step->rows = row_plan;
	step->writes.sequence = mo_table_autoincrement(row_plan->table);
	mo_step_may_write(s, step, written);
	return step;
}

static void fill(struct steps *s, const struct row_plan *row_plan)
{
	const struct declared *declared = row_plan->declared;
	int at = 0;

	mo_step_add_schema(s, mo_label_object(s->arena, &row_plan->table->object),
			   "its declared rows", mo_sql_declared_create(s->arena, declared),
			   row_plan->work);
	while (at < row_plan->rows->rows.count && !mo_arena_rc(s->arena)) {
		struct step *step = add_step(
			s, row_plan, mo_sql_declared_fill(s->arena, declared, &at), row_plan->work);

		if (step)
			step->fills = true;
	}
}

static void change(struct steps *s, const struct row_plan *row_plan, enum event event,
		   const char *sql)
{
	struct step *step = add_step(s, row_plan, sql, row_plan->table->object.name);

	if (step)
		step->event = event;
}

static void give_up(struct list *statements, struct arena *arena, const struct declared *declared,
		    const struct list *terms)
{
	for (int set = 1; set <= declared->sets.count; set++) {
		char *sql = mo_sql_declared_give_up(arena, declared, set, terms);

		if (sql)
			mo_list_add(arena, statements, sql);
	}
}

static bool has_check(const struct table *table)
{
	EACH (const struct constraint, constraint, &table->constraints)
		if (constraint->kind == CONSTRAINT_CHECK)
			return true;
	return false;
}

/* What a row has for a moment need not pass a CHECK; what it gets is held to all of them. */
static void ignore_checks(struct steps *s, const struct row_plan *row_plan, bool on)
{
	struct step *step =
		mo_step_add(s, STEP_PRAGMA, mo_label_object(s->arena, &row_plan->table->object),
			    on ? "for the values between" : NULL,
			    on ? "PRAGMA ignore_check_constraints = ON"
			       : "PRAGMA ignore_check_constraints = OFF");

	if (step)
		step->writes.pragma = "ignore_check_constraints";
}

/*
 * A table that the plan makes has no row yet, and one row alone takes nothing from another.  Not
 * counted: what a row gives up it gets again in the step that follows.
 */
static void give_up_all(struct steps *s, const struct row_plan *row_plan)
{
	const struct table *table = row_plan->table;
	const struct move *move = mo_plan_move(s->plan, table->object.name);
	struct list statements = {0};

	if ((move && !move->have) || row_plan->rows->rows.count < 2)
		return;
	EACH (const struct constraint, constraint, &table->constraints)
		if (constraint->kind == CONSTRAINT_UNIQUE ||
		    constraint->kind == CONSTRAINT_PRIMARY_KEY)
			give_up(&statements, s->arena, row_plan->declared, &constraint->terms);
	EACH (const struct index, index, &table->object.indexes)
		if (index->unique)
			give_up(&statements, s->arena, row_plan->declared, &index->terms);
	if (statements.count && has_check(table))
		ignore_checks(s, row_plan, true);
	EACH (const char, sql, &statements)
		add_step(s, row_plan, sql, table->object.name);
	if (statements.count && has_check(table))
		ignore_checks(s, row_plan, false);
}

static void write(struct steps *s, const struct row_plan *row_plan)
{
	const struct declared *declared = row_plan->declared;

	add_step(s, row_plan, mo_sql_declared_forget(s->arena, declared), MO_DONE_TABLE);
	if (declared->has_dropped)
		change(s, row_plan, EVENT_DELETE, mo_sql_declared_drop(s->arena, declared));
	give_up_all(s, row_plan);
	for (int set = 1; set <= declared->sets.count; set++)
		change(s, row_plan, EVENT_UPDATE, mo_sql_declared_update(s->arena, declared, set));
	for (int set = 1; set <= declared->sets.count; set++)
		change(s, row_plan, EVENT_INSERT, mo_sql_declared_insert(s->arena, declared, set));
	for (int set = 1; set <= declared->sets.count; set++)
		add_step(s, row_plan, mo_sql_declared_remember(s->arena, declared, set),
			 MO_DONE_TABLE);
	add_step(s, row_plan, mo_sql_declared_forget_all(s->arena, declared), MO_DONE_TABLE);
	add_step(s, row_plan, mo_sql_declared_remember_all(s->arena, declared), MO_DONE_TABLE);
}

void mo_steps_of_rows(struct steps *s)
{
	EACH (const struct row_plan, row_plan, &s->plan->rows) {
		struct step *step;

		if (row_plan->is_settled)
			continue;
		mo_step_make_done(s);
		fill(s, row_plan);
		write(s, row_plan);
		step = mo_step_add_schema(
			s, mo_label_object(s->arena, &row_plan->table->object), "its declared rows",
			mo_sql_drop(s->arena, KIND_TABLE, row_plan->work), row_plan->work);
		if (step)
			step->rows = row_plan;
	}
}

/* ---- marks of what is not remembered -------------------------------------------------------- */

static bool add_mark_step(struct steps *s, const char *table, const char *why, const char *sql)
{
	struct step *step;

	mo_step_make_done(s);
	step = mo_step_add(s, STEP_MARK, mo_arena_format(s->arena, "table %s", table), why, sql);
	mo_step_may_write(s, step, MO_DONE_TABLE);
	return true;
}

/* Marks as though the release had written its rows, at which the file stands. */
static void assume(struct steps *s, const struct declared *d)
{
	static const char why[] = "its rows, where the file does not remember them";
	const char *label = mo_label_object(s->arena, &d->table->object);
	int at = 0;

	mo_step_make_done(s);
	mo_step_add_schema(s, label, why, mo_sql_declared_create(s->arena, d), d->work);
	while (at < d->rows->rows.count && !mo_arena_rc(s->arena)) {
		struct step *step = mo_step_add(s, STEP_ROWS, label, why,
						mo_sql_declared_fill(s->arena, d, &at));

		mo_step_may_write(s, step, d->work);
	}
	for (int set = 1; set <= d->sets.count; set++)
		add_mark_step(s, d->table->object.name, why,
			      mo_sql_declared_assume(s->arena, d, set));
	mo_step_add_schema(s, label, why, mo_sql_drop(s->arena, KIND_TABLE, d->work), d->work);
}

/* What is known without marks this once, whoever comes next has to know by them. */
static void assume_all(struct steps *s)
{
	EACH (const struct row_plan, row_plan, &s->plan->rows) {
		const struct declared *before = row_plan->declared->before;
		const struct rows *rows =
			before && !row_plan->is_settled
				? mo_declared_but(s->arena, before->rows, row_plan->rows)
				: NULL;
		const struct declared *declared =
			rows && rows->rows.count
				? mo_declared_make(s->arena, rows, before->table, before->work)
				: NULL;

		if (declared)
			assume(s, declared);
	}
}

/* ---- marks of what gets another name, or goes ---------------------------------------------- */

/* Whether there may be marks of a table, by its name in the file. */
static bool has_marks(const struct steps *s, const char *former)
{
	EACH (const struct row_plan, row_plan, &s->plan->rows)
		if (row_plan->declared->before && mo_same_name(row_plan->declared->former, former))
			return true;
	return mark_of(s->plan->diff->have, mo_declared_name(s->arena, former)) != NULL;
}

static bool follow_columns(struct steps *s, const struct table *table, const struct table *goal,
			   const char *former)
{
	const char *name = table->object.name;
	bool any = false;

	EACH (const struct column, column, &table->columns) {
		const char *now = column->object.name;
		const char *then = mo_diff_former_column(s->plan->diff, name, now);
		const bool stays = mo_table_column(goal, now) != NULL;

		if (stays && mo_same_name(then, now))
			continue;
		any |= add_mark_step(
			s, name, stays ? "a column has another name" : "a column goes",
			mo_sql_declared_rename_column(s->arena, former, then, stays ? now : NULL));
	}
	return any;
}

static bool follow_table(struct steps *s, const struct table *table)
{
	const char *name = table->object.name;
	const char *former = mo_diff_former_table(s->plan->diff, name);
	const struct move *move = mo_plan_move(s->plan, name);
	const struct table *goal = move && !move->have ? NULL : mo_schema_table(s->goal, name);
	bool any;

	if (!has_marks(s, former))
		return false;
	if (!goal)
		return add_mark_step(s, name, "its declared rows go with it",
				     mo_sql_declared_forget_table(s->arena, former));
	any = follow_columns(s, table, goal, former);
	if (!mo_same_name(former, name))
		any |= add_mark_step(s, name, "its declared rows have another name",
				     mo_sql_declared_rename_table(s->arena, former, name));
	return any;
}

void mo_steps_of_row_marks(struct steps *s)
{
	bool any = false;

	assume_all(s);
	for (int i = 0; i < s->have->objects[KIND_TABLE].count; i++)
		any |= follow_table(s, s->have->objects[KIND_TABLE].items[i]);
	if (any)
		add_mark_step(s, MO_DONE_TABLE, "all have the names that they get",
			      mo_sql_declared_arrive);
}
