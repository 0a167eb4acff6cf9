/* SPDX-License-Identifier: MIT */
/*
 * statement_hazards.c: what an array of statements cannot do (plan->facts.statements).
 *
 *	RUN070	it needs a TEMP table, or a name that its guards have
 *	RUN071	every node that runs it would store something else
 *	RUN072	foreign keys are in force, and would take or change rows on the way
 *	RUN073	user_version and application_id stay as they are
 */
#include "base/text.h"
#include "diff/describe.h"
#include "hazard/hazards.h"
#include "plan/filling.h"
#include "plan/parent_key.h"
#include "sql/aside_table.h"
#include "sql/guard_statements.h"
#include "sql/mention.h"

#define TAKE_APPLY "take apply, or --format sql, where the file is at hand"

static void refuse(struct plan *plan, enum diag_id id, const struct object *object,
		   const char *message, const char *hint)
{
	struct hazard *hazard = mo_hazard_of(plan, id, object, message);

	if (!hazard)
		return;
	hazard->place = object->place;
	hazard->hint = hint;
}

/* ---- RUN070 -------------------------------------------------------------------------------- */

static bool is_referred_to(const struct schema *schema, const char *name)
{
	EACH (const struct table, table, &schema->objects[KIND_TABLE])
		EACH (const struct constraint, constraint, &table->constraints)
			if (constraint->kind == CONSTRAINT_FOREIGN_KEY &&
			    mo_same_name(constraint->reference.table, name))
				return true;
	return false;
}

/* The rows that expressions read stand under the name of the table before anything changes. */
static void judge_fillings(struct plan *plan)
{
	const struct schema *have = plan->diff->have;

	EACH (const struct filling, filling, &plan->fillings) {
		const struct object *table = &filling->move->want->object;

		if (filling->is_read && (mo_schema_find(have, KIND_INDEX, table->name) ||
					 is_referred_to(have, table->name)))
			refuse(plan, DIAG_RUN070, table,
			       "expressions read the rows that it will have, and an index or a "
			       "foreign key has its name, so they would need a TEMP table",
			       TAKE_APPLY);
	}
}

static void judge_names(struct plan *plan)
{
	static const char *const names[] = {MO_GUARD_TABLE, MO_BEFORE_TABLE};
	const struct schema *const schemas[] = {plan->diff->have, plan->diff->goal};

	for (int i = 0; i < 4; i++) {
		const struct object *object = mo_schema_find_relation(schemas[i / 2], names[i % 2]);

		if (object)
			refuse(plan, DIAG_RUN070, object,
			       "it has the name of a table with which the statements guard themselves",
			       "give it another name first, with apply");
	}
}

/* ---- RUN071 -------------------------------------------------------------------------------- */

#define VARIES "every node that runs the statements would store something else: "

static void judge_step(struct plan *plan, const struct step *step)
{
	struct hazard *hazard;

	if ((step->kind != STEP_COPY && step->kind != STEP_ASIDE && step->kind != STEP_DATA) ||
	    !mo_varies(step->sql))
		return;
	hazard =
		mo_hazard_of_other(plan, DIAG_RUN071, step->object, step->object,
				   VARIES "its rows come of random(), the clock or the connection");
	if (!hazard)
		return;
	hazard->hint = "write a constant, or what the rows themselves say";
	if (step->statement)
		hazard->place = step->statement->place;
	else if (step->move && step->move->want)
		hazard->place = step->move->want->object.place;
}

static void judge_default(struct plan *plan, const struct table *table, const struct column *column)
{
	struct hazard *hazard;

	if (!mo_varies(column->value.text))
		return;
	hazard = mo_hazard_of_column(plan, DIAG_RUN071, table->object.name, column->object.name,
				     VARIES "its DEFAULT is random or the clock");
	if (!hazard)
		return;
	hazard->place = column->object.place;
	hazard->hint = "add a using with a constant for the rows that are there";
}

/* Columns that rows of a table which is copied get from their DEFAULT. */
static void judge_defaults(struct plan *plan, const struct move *move)
{
	if (move->way != WAY_REBUILD && !move->filling)
		return;
	EACH (const struct source, source, &move->sources)
		if (!source->copy && !source->is_generated)
			judge_default(plan, move->want, source->want);
}

static void judge_inserted(struct plan *plan, const struct step *step)
{
	if (step->kind != STEP_DATA || !mo_sql_is_insert(step->sql))
		return;
	EACH (const char, name, &step->writes.tables) {
		const struct table *table = mo_schema_table(plan->diff->goal, name);

		for (int i = 0; table && i < table->columns.count; i++) {
			const struct column *column = table->columns.items[i];

			if (!mo_mentions(step->sql, column->object.name))
				judge_default(plan, table, column);
		}
	}
}

/* ---- RUN072 -------------------------------------------------------------------------------- */

static bool acts(enum action action)
{
	return action == ACTION_CASCADE || action == ACTION_SET_NULL ||
	       action == ACTION_SET_DEFAULT;
}

/* A child whose rows would be touched by a change of the parent's; NULL where none would. */
static const struct table *acting_child(const struct schema *schema, const char *parent)
{
	const struct list *tables = &schema->objects[KIND_TABLE];

	EACH (const struct table, table, tables)
		EACH (const struct constraint, constraint, &table->constraints)
			if (constraint->kind == CONSTRAINT_FOREIGN_KEY &&
			    mo_same_name(constraint->reference.table, parent) &&
			    (acts(constraint->reference.on_delete) ||
			     acts(constraint->reference.on_update)))
				return table;
	return NULL;
}

/* What a step of the document, or declared rows, change, apart from new rows. */
static bool changes_rows(const struct step *step)
{
	if (step->kind == STEP_ROWS)
		return step->event == EVENT_DELETE || step->event == EVENT_UPDATE;
	return step->kind == STEP_DATA &&
	       (step->data->writes.count || !mo_sql_is_insert(step->sql) ||
		mo_mentions(step->sql, "REPLACE") || mo_mentions(step->sql, "CONFLICT"));
}

static void judge_actions(struct plan *plan, const struct step *step)
{
	const bool before = step->data && step->data->at == MOMENT_BEFORE;
	const struct schema *schema = before ? plan->diff->have : plan->diff->goal;

	if (!changes_rows(step))
		return;
	EACH (const char, name, &step->writes.tables) {
		const struct table *parent = mo_schema_table(schema, name);
		const struct table *child = parent ? acting_child(schema, name) : NULL;

		if (child)
			refuse(plan, DIAG_RUN072, &parent->object,
			       mo_arena_format(
				       plan->arena,
				       "%s changes rows of it, and foreign keys are in force: "
				       "rows of table %s could go or change with them",
				       step->object, child->object.name),
			       TAKE_APPLY);
	}
}

/* Who still refers to a table that goes: its rows would be taken for children of what is dropped. */
static void judge_dropped(struct plan *plan, const struct move *move)
{
	const struct list *tables = &plan->diff->goal->objects[KIND_TABLE];

	if (move->way != WAY_DROP || mo_schema_table(plan->diff->goal, move->have->object.name))
		return;
	EACH (const struct table, table, tables)
		EACH (const struct constraint, constraint, &table->constraints)
			if (constraint->kind == CONSTRAINT_FOREIGN_KEY &&
			    mo_same_name(constraint->reference.table, move->have->object.name))
				refuse(plan, DIAG_RUN072, &table->object,
				       mo_arena_format(
					       plan->arena,
					       "it refers to table %s, which goes, and no row can "
					       "be written to it where foreign keys are in force",
					       move->have->object.name),
				       "drop the foreign key, too; or take apply");
}

/* No row goes into a table whose parent is not there, or has no such key. */
static void judge_keys(struct plan *plan, const struct move *move)
{
	const struct schema *goal = plan->diff->goal;

	if (move->way != WAY_REBUILD && !move->filling)
		return;
	EACH (const struct constraint, constraint, &move->want->constraints) {
		const char *parent = constraint->reference.table;

		if (constraint->kind == CONSTRAINT_FOREIGN_KEY &&
		    (!mo_schema_table(goal, parent) ||
		     mo_key_is_mismatched(plan, goal, constraint)))
			refuse(plan, DIAG_RUN072, &move->want->object,
			       mo_arena_format(
				       plan->arena,
				       "its rows must be copied, and it refers to table %s, "
				       "which is not there or has no such key",
				       parent),
			       "give the parent that key, or drop the foreign key; or take apply");
	}
}

/* ---- RUN073 -------------------------------------------------------------------------------- */

static void judge_pragmas(struct plan *plan)
{
	const struct pragmas *have = &plan->diff->have->pragmas;
	const struct pragmas *want = &plan->diff->want->pragmas;

	if (want->has_user_version && want->user_version != have->user_version)
		mo_hazard_of_other(
			plan, DIAG_RUN073, "user_version", "user_version",
			mo_arena_format(plan->arena,
					"statements set no pragma: whoever runs them sets "
					"user_version to %d, or keeps a version of their own",
					want->user_version));
	if (want->has_application_id && want->application_id != have->application_id)
		mo_hazard_of_other(plan, DIAG_RUN073, "application_id", "application_id",
				   "statements set no pragma: application_id stays as it is");
}

void mo_plan_statement_hazards(struct plan *plan)
{
	if (!plan->facts.statements)
		return;
	judge_fillings(plan);
	judge_names(plan);
	EACH (const struct step, step, &plan->steps) {
		judge_step(plan, step);
		judge_inserted(plan, step);
		judge_actions(plan, step);
	}
	EACH (const struct move, move, &plan->moves) {
		judge_defaults(plan, move);
		judge_dropped(plan, move);
		judge_keys(plan, move);
	}
	judge_pragmas(plan);
}
