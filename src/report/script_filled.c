/* SPDX-License-Identifier: MIT */
/* script_filled.c: what a script asks of rows that it writes: those set aside, of virtual tables, declared ones. */
#include "base/text.h"
#include "plan/query.h"
#include "report/plan_words.h"
#include "report/script_guard.h"
#include "sql/aside_table.h"
#include "sql/guard_statements.h"
#include "sql/own_table.h"

#define VERSION_VIRTUALS_LET_GO 3024000 /* seen on 3.18.0, and on 3.24.0 no more */

/* ---- what is set aside, and what fills a virtual table ------------------------------------- */

/* The rows of a table that is made; or all of them in the table that expressions read. */
static const char *filled_aside(struct guarded_script *s, const struct step *step)
{
	const struct filling *filling = step->filling;

	if (!step->writes.temp.count && !mo_names_have(&step->writes.tables, filling->lookup))
		return mo_sql_guard_has_rows(s->arena, filling->work, filling->query);
	return mo_arena_format(s->arena, "(SELECT count(*) FROM %s.%s) = (%s)", s->schema,
			       mo_query_name(s->arena, filling->lookup),
			       mo_script_count_of(s, filling->work));
}

/* As many values as there are rows: one that is missing would be read as NULL. */
void mo_script_guard_aside(struct guarded_script *s, const struct step *step)
{
	const char *words =
		mo_arena_format(s->arena, "what is read for %s was not set aside", step->object);

	if (step->move)
		mo_script_guard(
			s, words,
			mo_arena_format(
				s->arena, "(%s) = %s", mo_script_count_of(s, step->move->aside),
				mo_script_before(s, mo_script_rows_of(s, step->move->have))));
	else if (step->filling)
		mo_script_guard(s, words, filled_aside(s, step));
	else if (step->fill)
		mo_script_guard(
			s, words,
			mo_sql_guard_has_rows(s->arena, step->fill->work, step->fill->query));
}

/*
 * FTS5 and the R*Tree of SQLite 3.18 still read when they have been filled, and no table can be
 * dropped; a search, or a count, ends that.
 */
void mo_script_let_go(struct guarded_script *s, const struct step *step)
{
	const char *name = step->writes.virtuals.count ? step->writes.virtuals.items[0] : NULL;
	const struct object *object =
		name ? mo_schema_find(s->plan->diff->goal, KIND_VIRTUAL, name) : NULL;
	const char *module = object ? ((const struct virtual_table *)object)->module : NULL;
	const bool is_text = mo_same_name(module, "fts5");

	if (!module || s->plan->facts.sqlite >= VERSION_VIRTUALS_LET_GO ||
	    !(is_text || mo_same_name(module, "rtree") || mo_same_name(module, "rtree_i32")))
		return;
	mo_script_guard(
		s, mo_arena_format(s->arena, "%s cannot be searched", step->object),
		mo_arena_format(s->arena,
				is_text ? "SELECT count(*) >= 0 FROM \"%w\" WHERE \"%w\" MATCH 'a'"
					: "SELECT count(*) >= 0 FROM \"%w\"",
				name, name));
}

/*
 * A savepoint is before each statement that writes.  One behind it has the module write what it still holds
 * in memory; should that fail, the next one is before the next step.
 */
void mo_script_fill(struct guarded_script *s, const struct step *step, const char *words)
{
	char *head = NULL;
	char *query = NULL;

	if (s->runner == RUNNER_OF_ARRAYS) {
		mo_script_statement(s, words, mo_step_statement(s->arena, step));
		return;
	}
	mo_sql_split_insert(s->arena, step->sql, &head, &query);
	mo_script_add(s, words, mo_sql_guard_no_changes);
	if (mo_script_goes_on(s))
		mo_script_add(s, NULL, mo_sql_guard_savepoint);
	mo_script_statement(s, NULL, mo_step_statement(s->arena, step));
	mo_script_guard(s, mo_arena_format(s->arena, "%s was not filled", step->object),
			mo_sql_guard_has_inserted(s->arena, query,
						  mo_sql_insert_stops(s->arena, step->sql)));
	mo_script_let_go(s, step);
	if (mo_script_goes_on(s))
		mo_script_add(s, NULL, mo_sql_guard_savepoint);
}

/* ---- declared rows -------------------------------------------------------------------------- */

static bool is_allowed(struct guarded_script *s, const struct row_plan *row_plan)
{
	EACH (const struct hazard, hazard, &s->plan->hazards)
		if (hazard->id == DIAG_MD121 && hazard->consented &&
		    mo_same_name(hazard->subject.name, row_plan->table->object.name))
			return true;
	return false;
}

static char *others_of(struct guarded_script *s, const struct row_plan *row_plan)
{
	return mo_arena_format(s->arena, "other rows of %s", row_plan->table->object.name);
}

static char *count_others(struct guarded_script *s, const struct row_plan *row_plan)
{
	return mo_sql_declared_beyond(s->arena, row_plan->declared, false, "count(*)",
				      row_plan->declared->name);
}

/* Behind the work table with the declared rows, and before any is written. */
void mo_script_guard_before_rows(struct guarded_script *s, const struct row_plan *row_plan)
{
	const struct declared *declared = row_plan->declared;
	const char *name = row_plan->table->object.name;

	mo_script_guard(s,
			"_moult_done is not the table that moult makes, or something stands on it",
			mo_sql_own_is_intact(s->arena, MO_DONE_TABLE));
	mo_script_guard(s, mo_arena_format(s->arena, "declared rows of %s were not all read", name),
			mo_arena_format(s->arena, "(%s) = %d",
					mo_script_count_of(s, row_plan->work),
					row_plan->rows->rows.count));
	if (!is_allowed(s, row_plan))
		mo_script_guard(
			s,
			mo_arena_format(s->arena,
					"MD121 table %s: declared rows are not as the "
					"document before left them",
					name),
			mo_sql_declared_edited(s->arena, declared, false, declared->name, true));
	mo_script_add(s, NULL,
		      mo_sql_guard_count(s->arena, s->schema, others_of(s, row_plan),
					 count_others(s, row_plan)));
}

void mo_script_guard_rows(struct guarded_script *s, const struct row_plan *row_plan)
{
	const char *name = row_plan->table->object.name;

	mo_script_guard(s,
			mo_arena_format(s->arena, "declared rows of %s are not as declared", name),
			mo_sql_declared_holds(s->arena, row_plan->declared));
	mo_script_guard(s,
			mo_arena_format(s->arena, "declared rows of %s are not remembered", name),
			mo_arena_format(s->arena, "%s AND %s",
					mo_sql_declared_is_remembered(s->arena, row_plan->declared),
					mo_sql_declared_are_marked(s->arena, row_plan->declared)));
	mo_script_guard(s, mo_arena_format(s->arena, "other rows of table %s came or went", name),
			mo_arena_format(s->arena, "(%s) = %s", count_others(s, row_plan),
					mo_script_before(s, others_of(s, row_plan))));
}
