/* SPDX-License-Identifier: MIT */
/*
 * fill_hazards.c: kept columns that no INSERT fills (MC106).
 *
 * Whoever knows only the document names none of the columns that are kept undeclared, so a new row
 * has their defaults.  Where those will not do, every INSERT fails, and the file is of no use to
 * the application that it was migrated for; it was so before, but not under this document.
 *
 *	NOT NULL			without a default, or computed from such as are NULL
 *	CHECK				that fails with the defaults
 *	UNIQUE, primary key, UNIQUE index	the second row has the default, too
 *	foreign key			no parent has the default
 *
 * All but the first are tried with one row of the defaults, where the constraint speaks of kept
 * columns alone: of what the application gives for the others nothing is known.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hazards.h"
#include "hazard/hint.h"
#include "plan/query.h"
#include "sql/mention.h"

struct trial {
	struct plan *plan;
	const struct table *table; /* of the goal */
	const struct table *want;  /* as the document declares it */
	const char *name;	   /* of the table, quoted where it must be */
	const char *row;	   /* one row of the kept columns' defaults, to stand after FROM */
};

static bool is_kept(const struct trial *trial, const struct column *column)
{
	return !mo_table_column(trial->want, column->object.name);
}

static const char *default_of(const struct column *column)
{
	return column->value.text ? column->value.text : "NULL";
}

/* Whether its value in a new row is known before it is made. */
static bool is_known(const struct trial *trial, const struct column *column)
{
	return is_kept(trial, column) && !column->generated.text &&
	       column != mo_table_rowid_column(trial->table) &&
	       (!column->value.text || mo_is_constant_default(column->value.text));
}

static char *row_of(const struct trial *trial)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	int count = 0;

	EACH (const struct column, column, &trial->table->columns) {
		if (is_known(trial, column))
			sqlite3_str_appendf(out, "%s%s AS %s", count++ ? ", " : "(SELECT ",
					    default_of(column),
					    mo_query_name(trial->plan->arena, column->object.name));
	}
	sqlite3_str_appendall(out, count ? ")" : "(SELECT 1)");
	return mo_arena_take(trial->plan->arena, out);
}

/* ---- what a text speaks of ----------------------------------------------------------------- */

/* The first kept column that a text speaks of; NULL where it speaks of none, or of others too. */
static const struct column *speaks_of_kept(const struct trial *trial, const char *sql)
{
	const struct column *found = NULL;

	for (int i = 0; sql && i < trial->table->columns.count; i++) {
		const struct column *column = trial->table->columns.items[i];

		if (!mo_names_column(sql, column->object.name))
			continue;
		if (!is_known(trial, column))
			return NULL;
		found = found ? found : column;
	}
	return found;
}

/* The same of all terms of a key, and in *text that none of them is NULL. */
static const struct column *key_of_kept(const struct trial *trial, const struct list *terms,
					const char **text)
{
	const struct column *found = NULL;

	*text = "1";
	EACH (const struct term, term, terms) {
		const struct column *column = speaks_of_kept(trial, term->expr.text);

		if (!column)
			return NULL;
		found = found ? found : column;
		*text = mo_arena_format(trial->plan->arena, "%s AND (%s) IS NOT NULL", *text,
					term->expr.text);
	}
	return found;
}

/* ---- the hazard ---------------------------------------------------------------------------- */

/* A condition is tried on a row of the defaults; NULL: it is so whatever they are. */
static void unfilled(const struct trial *trial, const struct column *column, const char *condition,
		     const char *reason)
{
	struct plan *plan = trial->plan;
	const char *table = trial->table->object.name;
	const char *name = column->object.name;
	struct hazard *hazard = mo_hazard_of_column(
		plan, DIAG_MC106, table, name,
		mo_arena_format(plan->arena,
				"the document does not declare it, so INSERTs do not name it, and "
				"fail: %s",
				reason));

	if (!hazard)
		return;
	hazard->is_trial = condition != NULL;
	if (condition)
		hazard->count_sql = mo_arena_format(plan->arena, "SELECT count(*) FROM %s WHERE %s",
						    trial->row, condition);
	hazard->place = trial->want->object.place;
	hazard->hint =
		mo_arena_format(plan->arena,
				"declare the column; or drop it with %s; or declare it with a "
				"default that will do, or without the constraint",
				mo_hint_dropped_column(plan->arena, name));
}

static void judge_column(const struct trial *trial, const struct column *column)
{
	if (!mo_column_not_null(trial->table, column) ||
	    column == mo_table_rowid_column(trial->table))
		return;
	if (!column->generated.text && mo_is_null_default(column->value.text))
		unfilled(trial, column, NULL, "it is NOT NULL, and has no default");
	else if (speaks_of_kept(trial, column->generated.text))
		unfilled(
			trial, column,
			mo_arena_format(trial->plan->arena, "(%s) IS NULL", column->generated.text),
			"it is NOT NULL, and computed from columns that would be NULL");
}

static void judge_key(const struct trial *trial, const struct list *terms, const char *where,
		      const char *what)
{
	const char *condition = NULL;
	const struct column *column = key_of_kept(trial, terms, &condition);

	if (!column || (where && !speaks_of_kept(trial, where)))
		return;
	if (where)
		condition = mo_arena_format(trial->plan->arena, "%s AND (%s)", condition, where);
	unfilled(trial, column, condition,
		 mo_arena_format(trial->plan->arena, "with its default only one row fits under %s",
				 what));
}

static void judge_reference(const struct trial *trial, const struct constraint *constraint)
{
	struct plan *plan = trial->plan;
	const struct reference *reference = &constraint->reference;
	const struct table *parent = mo_schema_table(plan->diff->goal, reference->table);
	const struct pragmas *pragmas = &plan->diff->want->pragmas;
	struct list columns = {0};
	const char *given = "1";
	const char *match = "1";

	if (parent)
		mo_query_parent_columns(plan->arena, &columns, reference, parent);
	if (!columns.count || columns.count != constraint->columns.count ||
	    (pragmas->has_foreign_keys && !pragmas->foreign_keys))
		return;
	for (int i = 0; i < columns.count; i++) {
		const char *name = constraint->columns.items[i];
		const char *child = mo_arena_format(plan->arena, "%s.%s", trial->name,
						    mo_query_name(plan->arena, name));

		if (!is_known(trial, mo_table_column(trial->table, name)))
			return;
		given = mo_arena_format(plan->arena, "%s AND %s IS NOT NULL", given, child);
		match = mo_arena_format(plan->arena, "%s AND _moult_parent.%s = %s", match,
					mo_query_name(plan->arena, columns.items[i]), child);
	}
	unfilled(
		trial, mo_table_column(trial->table, constraint->columns.items[0]),
		mo_arena_format(
			plan->arena,
			"%s AND NOT EXISTS (SELECT 1 FROM (SELECT * FROM %s) AS _moult_parent WHERE %s)",
			given, mo_query_parents(plan, parent), match),
		mo_arena_format(plan->arena, "table %s has no row of its default",
				reference->table));
}

static void judge_constraint(const struct trial *trial, const struct constraint *constraint)
{
	const char *check = constraint->check.text;

	switch (constraint->kind) {
	case CONSTRAINT_CHECK:
		if (speaks_of_kept(trial, check))
			unfilled(trial, speaks_of_kept(trial, check),
				 mo_arena_format(trial->plan->arena, "NOT (%s)", check),
				 mo_arena_format(trial->plan->arena,
						 "with its default CHECK (%s) is false", check));
		break;
	case CONSTRAINT_UNIQUE:
	case CONSTRAINT_PRIMARY_KEY:
		judge_key(trial, &constraint->terms, NULL,
			  mo_constraint_text(trial->plan->arena, constraint));
		break;
	case CONSTRAINT_FOREIGN_KEY:
		judge_reference(trial, constraint);
		break;
	case CONSTRAINT_NOT_NULL:
	case CONSTRAINT_COUNT:
		break;
	}
}

static void judge_table(struct plan *plan, const struct table *table, const struct table *want)
{
	struct trial trial = {plan, table, want, NULL, NULL};

	trial.name = mo_query_name(plan->arena, table->object.name);
	trial.row = mo_arena_format(plan->arena, "%s AS %s", row_of(&trial), trial.name);
	for (int i = 0; i < table->columns.count; i++)
		if (is_kept(&trial, table->columns.items[i]))
			judge_column(&trial, table->columns.items[i]);
	for (int i = 0; i < table->constraints.count; i++)
		judge_constraint(&trial, table->constraints.items[i]);
	EACH (const struct index, index, &table->object.indexes) {
		if (index->unique)
			judge_key(&trial, &index->terms, index->where.text,
				  mo_label_object(plan->arena, &index->object));
	}
}

void mo_plan_kept_hazards(struct plan *plan)
{
	const struct schema *goal = plan->diff->goal;
	const struct table *last = NULL;

	EACH (const struct leftover, leftover, &plan->diff->leftovers) {
		const struct table *table =
			leftover->column ? mo_schema_table(goal, leftover->object->name) : NULL;

		/* The columns of a table stand together. */
		if (!table || table == last || !mo_leftover_stays(goal, leftover))
			continue;
		judge_table(plan, table, mo_schema_table(plan->diff->want, table->object.name));
		last = table;
	}
}
