/* SPDX-License-Identifier: MIT */
/*
 * replan.c: what moult itself would have to say of the way from before to
 * after, and what it would have written instead.
 *
 * The schema after the script becomes a document: a table or column that holds
 * the rows of another one gets its name as `was`, an expression of the copy
 * becomes `using`.  The plan for it has the hazards; with a live file its rows
 * are asked.  Without one, only what is a mistake whatever the rows is said.
 */
#include "base/text.h"
#include "lint/foreseen.h"
#include "lint/life.h"
#include "lint/replan.h"
#include "lint/weaker.h"
#include "plan/plan.h"
#include "run/migrate.h"
#include "run/probe.h"

/* ---- the schema after, as a document ------------------------------------------------------ */

static void name_columns(struct work *work, struct table *want, const struct life *life,
			 const struct table *have)
{
	EACH (const struct holding, holding, &life->columns) {
		struct column *column = mo_table_column(want, holding->name);

		if (!column)
			continue;
		if (holding->origin && !mo_same_name(holding->origin, holding->name) &&
		    !mo_table_column(have, holding->name))
			mo_list_add(work->after->arena, &column->object.was, holding->origin);
		if (holding->given.text && !column->generated.text)
			column->using = holding->given;
	}
}

static void name_all(struct work *work)
{
	EACH (const struct life, life, &work->lives) {
		struct table *want = life->name && life->origin
					     ? mo_schema_table(work->after, life->name)
					     : NULL;
		const struct table *have =
			want ? mo_schema_table(work->before, life->origin) : NULL;

		if (!have)
			continue;
		if (!mo_same_name(life->origin, life->name) &&
		    !mo_schema_table(work->before, life->name) &&
		    !mo_schema_table(work->after, life->origin))
			mo_list_add(work->after->arena, &want->object.was, life->origin);
		name_columns(work, want, life, have);
	}
}

static void forget_expressions(struct work *work)
{
	EACH (struct table, table, &work->after->objects[KIND_TABLE]) {
		EACH (struct column, column, &table->columns)
			column->using = (struct sql){NULL, NULL};
	}
}

static void forget_pragmas(struct pragmas *pragmas)
{
	pragmas->encoding = pragmas->auto_vacuum = pragmas->journal_mode = NULL;
	pragmas->page_size = 0;
}

/* ---- instead ------------------------------------------------------------------------------- */

/* What moult would have made again. */
static void put_back(struct work *work)
{
	for (int i = 0; i < work->lost.count; i++)
		mo_schema_copy(work->after, work->lost.items[i]);
	if (work->lost.count && mo_schema_seal(work->after) != MOULT_OK)
		work->lost.count = 0;
}

/* Each lost object was added at the end of the list of its kind, so it is taken off from there. */
static void take_out(struct work *work)
{
	for (int i = 0; i < work->lost.count; i++)
		work->after->objects[((const struct object *)work->lost.items[i])->kind].count--;
	if (work->lost.count)
		mo_schema_seal(work->after);
}

static void write_instead(struct work *work, const struct plan *plan)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n");
	EACH (const struct step, step, &plan->steps)
		sqlite3_str_appendf(out, "%s;\n", step->sql);
	sqlite3_str_appendall(out, "COMMIT;\n");
	((struct rebuild *)work->rebuilds.items[0])->report->instead =
		mo_arena_take(work->lint->arena, out);
}

/* ---- the plan ------------------------------------------------------------------------------ */

static int agree(void *context, const struct schema *have)
{
	(void)context;
	(void)have;
	return MOULT_OK;
}

static int make_plan(struct plan **plan, struct diff **diff, struct work *work, struct moult *m)
{
	const struct wanted wanted = {.schema = work->after, .judge = agree};
	moult_options options = MOULT_OPTIONS_INIT;
	struct planned planned = {NULL, NULL, NULL, NULL};
	int rc;

	options.prune = 1;
	options.allow = "all";
	options.strategy = "alter"; /* a script cannot edit the stored text */
	rc = mo_plan_for(&planned, m, work->live, work->before, NULL, &wanted, &options);
	*plan = planned.plan;
	*diff = planned.diff;
	if (!rc && work->live)
		rc = mo_probe(*plan, m, work->live, NULL);
	return rc;
}

static void free_plan(struct plan **plan, struct diff **diff)
{
	mo_plan_free(*plan);
	mo_diff_free(*diff);
	*plan = NULL;
	*diff = NULL;
}

/* A plan that cannot be made is no finding: the script may do what moult does not. */
static int try_plan(struct plan **plan, struct diff **diff, struct work *work)
{
	struct moult apart = *work->m;
	int rc;

	if (mo_diags_init(&apart.diags) != MOULT_OK)
		return mo_diag_memory(&work->m->diags);
	rc = make_plan(plan, diff, work, &apart);
	if (rc && !mo_diag_is_starved(&apart.diags)) {
		free_plan(plan, diff);
		forget_expressions(work);
		take_out(work);
		mo_diags_clear(&apart.diags);
		rc = make_plan(plan, diff, work, &apart);
	}
	if (rc)
		free_plan(plan, diff);
	rc = rc && mo_diag_is_starved(&apart.diags) ? mo_diag_memory(&work->m->diags) : MOULT_OK;
	mo_diags_done(&apart.diags);
	return rc;
}

int mo_replan_judge(struct work *work)
{
	struct plan *plan = NULL;
	struct diff *diff = NULL;
	int rc;

	name_all(work);
	put_back(work);
	forget_pragmas(&work->before->pragmas);
	forget_pragmas(&work->after->pragmas);
	rc = try_plan(&plan, &diff, work);
	for (int i = 0; plan && i < plan->hazards.count; i++)
		mo_foresee(work, plan->hazards.items[i]);
	if (diff)
		mo_weaker_judge(work, diff);
	if (plan && work->rebuilds.count)
		write_instead(work, plan);
	free_plan(&plan, &diff);
	return rc;
}
