/* SPDX-License-Identifier: MIT */
/* side_by_side.c: see side_by_side.h. */
#include "online/side_by_side.h"

#include <string.h>

#include "back/way_row.h"
#include "base/text.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/reference.h"
#include "model/form.h"
#include "model/way.h"
#include "online/both.h"
#include "online/side_rows.h"
#include "run/probe.h"
#include "sql/under_way_table.h"
#include "xml/document.h"

#define LABEL "table " MO_UNDER_WAY_TABLE
#define BOTH_NAME "both shapes"
#define UP_NAME "what both shapes lead to"
#define DOWN_NAME "the shape before"

struct run {
	const struct side_order *order;
	struct diags *diags;
	struct arena *arena;
	struct under_way *under_way; /* as the file has it */
	const char *have_text, *want_text;
	struct schema *have, *want;
	struct both shapes;
	struct schema *both, *full, *up, *down; /* read back from what was written of them */
};

static void run_done(struct run *run)
{
	mo_schema_free(run->both);
	mo_schema_free(run->full);
	mo_schema_free(run->up);
	mo_schema_free(run->down);
	mo_both_done(&run->shapes);
	mo_schema_free(run->have);
	mo_schema_free(run->want);
	mo_arena_free(run->arena);
}

static int run_begin(struct run *run, const struct side_order *order)
{
	*run = (struct run){.order = order, .diags = &order->m->diags, .arena = mo_arena_new()};
	if (!run->arena)
		return mo_diag_memory(run->diags);
	return mo_under_way_read(&run->under_way, run->arena, order->db, run->diags);
}

/* ---- documents ----------------------------------------------------------------------------- */

static int write_document(const char **text, struct run *run, const struct schema *schema)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	const int rc = mo_document_write(out, schema, run->diags);

	*text = mo_arena_take(run->arena, out);
	return rc ? rc : *text ? MOULT_OK : mo_diag_memory(run->diags);
}

static int read_document(struct schema **schema, struct run *run, const char *text,
			 const char *name)
{
	const struct document_source source = {name, text ? text : "", text ? strlen(text) : 0,
					       NULL};

	return mo_document_read(schema, &source, run->diags);
}

/* As a user would give it: only what a document can say of it counts. */
static int read_back(struct schema **schema, struct run *run, const struct schema *made,
		     const char *name)
{
	const char *text = NULL;
	const int rc = write_document(&text, run, made);

	return rc ? rc : read_document(schema, run, text, name);
}

/* A document's schema as SQLite has it, with the numbers that a file has and a schema has not. */
static int as_stored(struct schema **stored, struct run *run, const struct schema *document)
{
	sqlite3 *db = NULL;
	int rc = mo_reference_build(&db, run->order->m, document);

	if (!rc)
		rc = mo_catalogue_read(stored, run->order->m, db);
	mo_disconnect(db);
	if (!rc)
		(*stored)->pragmas = document->pragmas;
	return rc;
}

/* Nothing is lost with a column whose values are those of another. */
static void note_in_step(struct run *run, struct schema *document)
{
	EACH (struct tombstone, stone, &document->tombstones) {
		const struct side_table *table = mo_pairs_table(&run->shapes.tables, stone->table);

		stone->is_in_step = table && stone->column && mo_pairs_column(table, stone->column);
	}
}

/* All that is made of the two texts. */
static int make_sides(struct run *run)
{
	struct schema *document = NULL;
	int rc = read_document(&document, run, run->have_text, DOWN_NAME);

	if (!rc)
		rc = as_stored(&run->have, run, document);
	mo_schema_free(document);
	if (!rc)
		rc = read_document(&run->want, run, run->want_text, UP_NAME);
	if (!rc)
		rc = mo_both_make(&run->shapes, run->order->m, run->have, run->want,
				  run->order->options);
	if (!rc)
		rc = read_back(&run->both, run, run->shapes.both, BOTH_NAME);
	if (!rc)
		rc = read_back(&run->full, run, run->shapes.full, BOTH_NAME);
	if (!rc)
		rc = read_back(&run->up, run, run->shapes.up, UP_NAME);
	if (!rc)
		rc = read_back(&run->down, run, run->shapes.down, DOWN_NAME);
	if (rc)
		return rc;
	note_in_step(run, run->up);
	note_in_step(run, run->down);
	return MOULT_OK;
}

static int resume(struct run *run)
{
	run->have_text = run->under_way->former;
	run->want_text = run->under_way->document;
	return make_sides(run);
}

/* ---- where the file stands ----------------------------------------------------------------- */

static int refuse_changed(struct run *run)
{
	mo_diag(run->diags, DIAG_RUN101, NULL, LABEL,
		"the schema was changed since both shapes were made; nothing is done");
	mo_diag_hint(run->diags,
		     "moult diff DB DOC shows it; undo what was changed, or put the backup back");
	return mo_diag_kinds[DIAG_RUN101].result;
}

static bool is_in_step(const struct run *run)
{
	return mo_same(run->under_way->phase, MO_PHASE_IN_STEP);
}

/* Whether the file has both shapes, triggers and all. */
static int check_both(struct run *run)
{
	const moult_options options = MOULT_OPTIONS_INIT;
	struct schema *have = NULL;
	struct diff *diff = NULL;
	int rc = mo_catalogue_read(&have, run->order->m, run->order->db);

	if (!rc)
		rc = mo_diff(&diff, run->order->m, have, is_in_step(run) ? run->full : run->both,
			     &options);
	if (!rc && !mo_diff_is_empty(diff))
		rc = refuse_changed(run);
	mo_diff_free(diff);
	mo_schema_free(have);
	return rc;
}

static int check_both_again(void *context)
{
	return check_both(context);
}

/* ---- the migrations ------------------------------------------------------------------------ */

/* The run that is under way is this one, and the steps of its plan take its row along. */
static int go_on(void *context, struct session *session)
{
	(void)context;
	(void)session;
	return MOULT_OK;
}

/* What is under way is written in the same transaction. */
static int go_to(struct run *run, struct schema *document, const char *name, moult_outcome *outcome)
{
	const struct side_order *order = run->order;
	struct way_judged judged = {order->m, document};
	struct wanted wanted = {
		.schema = document, .name = name, .judge = mo_way_back_judge, .context = &judged};
	struct destination destination = {.from = -1};
	const struct migration migration = {.m = order->m,
					    .db = order->db,
					    .destination = &destination,
					    .options = order->options,
					    .wrap = order->wrap,
					    .wrap_context = order->wrap_context,
					    .is_ours = order->is_ours,
					    .go_on = run->under_way ? go_on : NULL};

	mo_list_add(run->arena, &destination.wants, &wanted);
	if (mo_arena_rc(run->arena) || mo_arena_rc(document->arena))
		return mo_diag_memory(run->diags);
	return mo_migrate(&migration, outcome);
}

/* ---- the beginning ------------------------------------------------------------------------- */

/* What old code would meet is what it is spared, and so is a copy of the table. */
static void leave_out_old_code(struct plan *plan)
{
	for (int i = plan->hazards.count; i-- > 0;) {
		const struct hazard *hazard = plan->hazards.items[i];

		if ((hazard->id >= DIAG_MC101 && hazard->id <= DIAG_MC105) ||
		    hazard->id == DIAG_ML101)
			mo_list_remove(&plan->hazards, i);
	}
}

static int judge_wanted(struct run *run, struct plan *plan)
{
	int rc;

	leave_out_old_code(plan);
	rc = run->order->db ? mo_probe(plan, run->order->m, run->order->db, NULL) : MOULT_OK;
	return rc ? rc : mo_probe_verdict(plan, run->diags);
}

/* Whatever refuses the change offline refuses it here, before anything is begun. */
static int ask_offline(struct run *run, const struct schema *have, const struct schema *want,
		       const char *name)
{
	struct way_judged judged = {run->order->m, want};
	const struct wanted wanted = {
		.schema = want, .name = name, .judge = mo_way_back_judge, .context = &judged};
	struct planned planned = {.diff = NULL};
	int rc = mo_plan_for(&planned, run->order->m, run->order->db, have, NULL, &wanted,
			     run->order->options);

	if (!rc)
		rc = judge_wanted(run, planned.plan);
	mo_plan_free(planned.plan);
	mo_diff_free(planned.diff);
	return rc;
}

/*
 * Whoever could write the file could write the two texts: what comes of them may do no more than a way
 * back that a file carries.
 */
static int check_deeds(struct run *run, struct schema *document, const struct schema *have)
{
	struct way_back way = {.shape_from = mo_shape(run->arena, document)};
	int rc;

	document->way_back = &way;
	rc = mo_way_back_check(run->order->m, document, have);
	document->way_back = NULL;
	return rc;
}

/* Whether there will be a plan for the end, as far as that can be told without rows. */
static int ask_the_end(struct run *run)
{
	struct way_judged judged = {run->order->m, run->up};
	const struct wanted wanted = {
		.schema = run->up, .name = UP_NAME, .judge = mo_way_back_judge, .context = &judged};
	struct planned planned = {.diff = NULL};
	struct schema *both = NULL;
	int rc = as_stored(&both, run, run->full);

	if (!rc)
		rc = check_deeds(run, run->up, both);
	if (!rc)
		rc = mo_plan_for(&planned, run->order->m, NULL, both, NULL, &wanted,
				 run->order->options);
	if (!rc && mo_plan_refusals(planned.plan))
		rc = mo_probe_verdict(planned.plan, run->diags);
	mo_plan_free(planned.plan);
	mo_diff_free(planned.diff);
	mo_schema_free(both);
	return rc;
}

/* Those that both shapes get when their rows are filled. */
static void say_keys(struct run *run)
{
	EACH (const struct index, index, &run->full->objects[KIND_INDEX])
		if (!mo_schema_find(run->both, KIND_INDEX, index->object.name))
			mo_diag(run->diags, DIAG_RUN087, NULL,
				mo_arena_format(run->arena, "table %s", index->table),
				"a key of its new columns is made when they are filled, under a lock "
				"for as long as CREATE INDEX takes");
}

static int read_sides(struct run *run, const struct schema *have, const struct schema *want,
		      const char *name)
{
	int rc = write_document(&run->have_text, run, have);

	if (!rc)
		rc = write_document(&run->want_text, run, want);
	if (!rc)
		rc = make_sides(run);
	if (!rc)
		rc = ask_offline(run, have, want, name);
	if (!rc)
		rc = ask_the_end(run);
	if (rc)
		return rc;
	mo_both_say(&run->shapes, run->diags);
	say_keys(run);
	mo_list_add(run->both->arena, &run->both->under_way, mo_sql_under_way_create);
	mo_list_add(run->both->arena, &run->both->under_way,
		    mo_sql_under_way_begin(run->both->arena, MO_SIDE_BY_SIDE, MO_PHASE_FILL,
					   run->have_text, run->want_text));
	return mo_arena_rc(run->both->arena) ? mo_diag_memory(run->diags) : MOULT_OK;
}

int mo_side_plan(struct schema **both, const struct side_order *order, const struct schema *have,
		 const struct schema *want, const char *name)
{
	struct run run = {.order = order, .diags = &order->m->diags, .arena = mo_arena_new()};
	int rc = run.arena ? MOULT_OK : mo_diag_memory(run.diags);

	if (!rc)
		rc = read_sides(&run, have, want, name);
	if (!rc) {
		*both = run.both;
		run.both = NULL;
	}
	run_done(&run);
	return rc;
}

/* The same document again goes on; another one waits. */
static int check_same(struct run *run, const struct schema *want)
{
	const char *given = NULL;
	int rc = write_document(&given, run, want);

	if (!rc && !mo_same(given, run->under_way->document))
		rc = mo_under_way_refuse(run->order->db, run->diags);
	return rc;
}

static int fill(struct run *run)
{
	const struct side_rows rows = {.m = run->order->m,
				       .db = run->order->db,
				       .options = run->order->options,
				       .is_ours = run->order->is_ours,
				       .tables = &run->shapes.tables,
				       .under_way = run->under_way,
				       .is_last = !run->shapes.has_keys,
				       .check = check_both_again,
				       .context = run};

	return mo_side_rows_fill(&rows);
}

/* The keys of new columns can hold when no two rows have the value that nobody stores. */
static int add_keys(struct run *run, moult_outcome *outcome)
{
	const struct side_order *given = run->order;
	moult_on_confirm *confirm = given->m->on_confirm;
	moult_outcome keys = MOULT_OUTCOME_INIT;
	moult_options options = *given->options;
	struct side_order order = *given;
	int rc;

	options.no_backup = 1;
	options.expect = NULL;
	order.options = &options;
	run->order = &order;
	order.m->on_confirm = NULL;
	mo_list_add(run->full->arena, &run->full->under_way,
		    mo_sql_under_way_enter(run->full->arena, MO_PHASE_IN_STEP));
	rc = go_to(run, run->full, BOTH_NAME, &keys);
	order.m->on_confirm = confirm;
	run->order = given;
	outcome->steps += keys.steps;
	mo_outcome_done(&keys);
	return rc;
}

/* Until both sides of every row are there, and new code may start. */
static int complete(struct run *run, moult_outcome *outcome)
{
	int rc = fill(run);

	if (!rc && run->shapes.has_keys)
		rc = add_keys(run, outcome);
	outcome->deed = MOULT_SHARED;
	return rc;
}

static int begin(struct run *run, const struct schema *want, const char *name,
		 moult_outcome *outcome)
{
	struct schema *have = NULL;
	int rc = mo_catalogue_read(&have, run->order->m, run->order->db);

	if (!rc)
		rc = read_sides(run, have, want, name);
	mo_schema_free(have);
	if (rc || mo_diff_is_empty(run->shapes.diff))
		return rc;
	rc = go_to(run, run->both, name, outcome);
	return rc ? rc : mo_under_way_read(&run->under_way, run->arena, run->order->db, run->diags);
}

int mo_side_begin(const struct side_order *order, const struct schema *want, const char *name,
		  moult_outcome *outcome)
{
	struct run run;
	int rc = run_begin(&run, order);

	if (!rc && run.under_way && !mo_same(run.under_way->kind, MO_SIDE_BY_SIDE))
		rc = mo_under_way_refuse(order->db, run.diags);
	if (!rc && !run.under_way)
		rc = begin(&run, want, name, outcome);
	else if (!rc)
		rc = check_same(&run, want);
	if (!rc && run.under_way && !run.both)
		rc = resume(&run);
	if (!rc && run.under_way && !is_in_step(&run))
		rc = complete(&run, outcome);
	run_done(&run);
	return rc;
}

/* ---- the end ------------------------------------------------------------------------------- */

int mo_side_is_under_way(bool *is, sqlite3 *db, struct diags *diags)
{
	struct arena *arena = mo_arena_new();
	struct under_way *under_way = NULL;
	int rc = arena ? mo_under_way_read(&under_way, arena, db, diags) : mo_diag_memory(diags);

	*is = !rc && under_way && mo_same(under_way->kind, MO_SIDE_BY_SIDE);
	mo_arena_free(arena);
	return rc;
}

static int refuse_unfilled(struct run *run)
{
	mo_diag(run->diags, DIAG_RUN102, NULL, LABEL,
		"rows that were there before have no value in the new columns yet");
	mo_diag_hint(run->diags, "the same apply --side-by-side again goes on with it");
	return mo_diag_kinds[DIAG_RUN102].result;
}

/* One of the ways out, and nothing is under way any more. */
static int end(struct run *run, struct schema *document, const char *name, moult_outcome *outcome)
{
	struct schema *have = NULL;
	int rc = mo_catalogue_read(&have, run->order->m, run->order->db);

	if (!rc)
		rc = check_deeds(run, document, have);
	mo_schema_free(have);
	if (rc)
		return rc;
	mo_list_add(document->arena, &document->under_way, mo_sql_under_way_drop);
	return go_to(run, document, name, outcome);
}

static int prove(struct run *run)
{
	const struct side_rows rows = {.m = run->order->m,
				       .db = run->order->db,
				       .options = run->order->options,
				       .is_ours = run->order->is_ours,
				       .tables = &run->shapes.tables,
				       .under_way = run->under_way};

	return mo_side_rows_prove(&rows);
}

/* Both ways out begin so. */
static int run_resume(struct run *run, const struct side_order *order)
{
	int rc = run_begin(run, order);

	if (!rc)
		rc = resume(run);
	return rc ? rc : check_both(run);
}

int mo_side_finish(const struct side_order *order, moult_outcome *outcome)
{
	struct run run;
	int rc = run_resume(&run, order);

	if (!rc && !is_in_step(&run))
		rc = refuse_unfilled(&run);
	if (!rc)
		rc = prove(&run);
	if (!rc)
		rc = end(&run, run.up, UP_NAME, outcome);
	run_done(&run);
	return rc;
}

int mo_side_downgrade(const struct side_order *order, moult_outcome *outcome)
{
	struct run run;
	int rc = run_resume(&run, order);

	if (!rc)
		rc = end(&run, run.down, DOWN_NAME, outcome);
	run_done(&run);
	return rc;
}
