/* SPDX-License-Identifier: MIT */
/* trial.c: see trial.h. */
#include "trial/trial.h"

#include "base/text.h"
#include "diff/describe.h"
#include "hazard/assess.h"
#include "live/catalogue.h"
#include "live/connect.h"
#include "live/reference.h"
#include "live/shards.h"
#include "live/watch.h"
#include "plan/data_steps.h"
#include "plan/done.h"
#include "plan/requirement.h"
#include "plan/row_plan.h"
#include "session/execute.h"
#include "session/layout.h"
#include "sql/done_table.h"
#include "sql/entry.h"
#include "plan/ways.h"
#include "sql/own_table.h"
#include "sql/rebuild.h"
#include "sql/under_way_table.h"
#include "sql/write.h"
#include "trial/broken.h"
#include "trial/columns.h"
#include "trial/refusal.h"
#include "trial/shapes.h"

/* The statistics tables that the steps will speak of; ANALYZE of nothing makes the first. */
static int make_statistics(const struct plan *plan, struct moult *m, sqlite3 *db)
{
	bool has_stat4 = false;
	int rc = plan->facts.has_stat1 ? mo_exec(db, "ANALYZE") : SQLITE_OK;

	if (mo_is_trouble(rc))
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN017, NULL,
				      "prepare the rehearsal");
	if (!plan->facts.has_stat4)
		return MOULT_OK;
	rc = mo_catalogue_has(&has_stat4, db, "sqlite_stat4", &m->diags);
	if (!rc && !has_stat4 && mo_is_trouble(mo_reference_stat4(db)))
		rc = mo_diag_memory(&m->diags);
	return rc;
}

/* It is there, and taken for a shadow table. */
static bool is_hidden(const struct schema *schema, const struct change *change)
{
	return change->verb == VERB_ADD && change->part == PART_OBJECT &&
	       mo_schema_is_shadow(schema, change->want->name);
}

/* The first thing that a database would still take to be the goal, in words; NULL where it is. */
static int first_difference(const char **label, const char **text, const struct plan *plan,
			    struct moult *m, sqlite3 *db)
{
	struct schema *schema = NULL;
	struct list changes = {0};
	int rc = mo_catalogue_read(&schema, m, db);

	*label = *text = NULL;
	if (!rc && mo_compare(&changes, plan->arena, schema, plan->diff->goal, false) != MOULT_OK)
		rc = mo_diag_memory(&m->diags);
	if (!rc && changes.count) {
		*label = mo_change_label(plan->arena, changes.items[0]);
		*text = mo_change_text(plan->arena, plan->diff, changes.items[0]);
		if (is_hidden(schema, changes.items[0]))
			*text = "is added, under the name of one that a virtual table keeps its "
				"content in";
	}
	if (!rc && !changes.count)
		*label = mo_plan_forgotten(plan, schema);
	if (*label && !*text)
		*text = "to be remembered as done";
	mo_schema_free(schema);
	return rc;
}

int mo_check_goal(const struct plan *plan, struct moult *m, sqlite3 *db, enum diag_id id)
{
	const char *label;
	const char *text;
	int rc = first_difference(&label, &text, plan, m, db);

	if (!rc && label)
		rc = mo_diag(
			&m->diags, id, NULL, label,
			"after the plan the schema is not the one wanted: it would still take that %s %s",
			label, text);
	return rc;
}

/* ---- the steps ----------------------------------------------------------------------------- */

static void warn_of_function(struct plan *plan, const struct step *step, const char *function)
{
	struct hazard *hazard = mo_hazard_of_other(
		plan, DIAG_MS103, step->object, function,
		mo_arena_format(plan->arena,
				"values come from %s(), a function that is not known here; "
				"the SQLite that runs the plan must have it",
				function));

	if (!hazard)
		return;
	if (mo_step_place(step))
		hazard->place = *mo_step_place(step);
	hazard->hint = "to try it here too, " MO_LOAD_EXTENSION;
}

/* What only the application knows has a stand-in here, as in every reference. */
static int prepare_copy(sqlite3_stmt **stmt, struct plan *plan, sqlite3 *db,
			const struct step *step)
{
	int rc = mo_step_prepare(stmt, db, step);
	bool goes_on = true;

	for (int i = 0; rc == SQLITE_ERROR && goes_on && i < MO_MOST_STAND_INS; i++) {
		char *function = mo_reference_lacks(db);

		goes_on = function && mo_reference_stand_in(db, function, step->sql);
		if (goes_on) {
			warn_of_function(plan, step, mo_arena_text(plan->arena, function));
			rc = mo_step_prepare(stmt, db, step);
		}
		sqlite3_free(function);
	}
	return rc;
}

/* On no rows every statement is short, but one that makes its own and does not end. */
#define MOST_MS 5000

struct patience {
	struct moult *m;
	sqlite3_int64 until_ms;
	bool over;
};

static int on_instructions(void *context)
{
	struct patience *patience = context;
	const moult_progress progress = {"plan", NULL, "steps", 0, -1, 0, 0};

	patience->over = mo_now_ms() > patience->until_ms;
	return patience->over || !mo_goes_on(patience->m, &progress);
}

/*
 * A statement of the document is only compiled: where there are no rows its own would be of another
 * kind.  The guard hears what it would write.
 */
static int compile(struct guard *guard, struct plan *plan, sqlite3 *db, const struct step *step)
{
	sqlite3_stmt *stmt = NULL;
	int rc = mo_guard_begin(guard, db);

	guard->allowed.tables = step->writes.tables;
	guard->allowed.virtuals = step->writes.virtuals;
	if (!rc)
		rc = prepare_copy(&stmt, plan, db, step);
	sqlite3_finalize(stmt);
	mo_guard_end(guard);
	return rc;
}

/*
 * A query over no rows may yield one all the same, as SELECT max(a) does.  What the rows of the
 * file come to is asked of them.
 */
static bool is_of_no_rows(const struct step *step, int rc)
{
	return (step->filling || (step->move && step->move->filling)) &&
	       (rc & 0xff) == SQLITE_CONSTRAINT;
}

static int run_step(struct plan *plan, sqlite3 *db, const struct step *step)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	if (step->kind != STEP_COPY && step->kind != STEP_ASIDE)
		return mo_reference_exec(db, step->sql);
	rc = prepare_copy(&stmt, plan, db, step);
	if (!rc)
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
			;
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE || is_of_no_rows(step, rc) ? SQLITE_OK : rc;
}

static int run_patiently(bool *is_over, struct plan *plan, struct moult *m, sqlite3 *db,
			 const struct step *step)
{
	struct patience patience = {.m = m, .until_ms = mo_now_ms() + MOST_MS};
	int rc;

	sqlite3_progress_handler(db, MO_WATCH_INSTRUCTIONS, on_instructions, &patience);
	rc = run_step(plan, db, step);
	mo_watch_connection(m, db);
	*is_over = rc && patience.over;
	return rc;
}

/* Whether another way may do where this one does not. */
static bool may_be_rebuilt(const struct move *move)
{
	return move &&
	       (move->way == WAY_NATIVE || move->way == WAY_EDIT || move->way == WAY_EXCHANGE);
}

static int compare_layouts(const char **table, const char **reason, struct plan *plan, sqlite3 *db,
			   struct list *layouts)
{
	const int rc = mo_layout_compare(table, reason, layouts, plan->arena, db);

	layouts->count = 0;
	return rc;
}

/* ---- a new database of many objects ---- */

/*
 * Whether the steps make all that there will be, and nothing else.  So many CREATEs, one after the
 * other, would take the square of their number.  Virtual tables are tried by their own steps.
 */
static bool makes_all(const struct plan *plan)
{
	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		if (plan->diff->have->objects[kind].count)
			return false;
	EACH (const struct step, step, &plan->steps)
		if (step->kind == STEP_MARK || step->kind == STEP_ASIDE ||
		    step->kind == STEP_COPY || step->kind == STEP_ROWS)
			return false;
	return !plan->diff->goal->objects[KIND_VIRTUAL].count && mo_shards_do(plan->diff->goal);
}

static int make_all(sqlite3 **db, sqlite3 **made, const struct plan *plan, struct moult *m)
{
	mo_disconnect(*db);
	*db = made ? *made : NULL;
	if (*db) {
		*made = NULL;
		return MOULT_OK;
	}
	return mo_reference_build(db, m, plan->diff->goal);
}

static bool is_made(const struct step *step)
{
	return step->kind == STEP_SCHEMA || step->kind == STEP_INDEX;
}

/* Whether the steps do nothing to a database that was made beforehand. */
static bool only_makes(const struct plan *plan)
{
	EACH (const struct step, step, &plan->steps)
		if (!is_made(step))
			return false;
	return true;
}

/* A document need not declare all tables of its files; without a file those are not there. */
static bool has_all_tables(const struct plan *plan)
{
	return *plan->facts.exact || !mo_is_new_file(plan->diff->have);
}

static bool lacks_undeclared(const struct plan *plan, sqlite3 *db)
{
	return !has_all_tables(plan) &&
	       sqlite3_strglob("no such table: *", sqlite3_errmsg(db)) == 0;
}

static int try_statement(struct plan *plan, struct moult *m, sqlite3 *db, const struct step *step)
{
	struct guard guard = {.db = NULL};
	int rc = MOULT_OK;

	if (step->data && step->statement == step->data->statements.items[0] &&
	    has_all_tables(plan))
		rc = mo_trial_judge_writes(plan, m, step);
	if (rc)
		return rc;
	rc = compile(&guard, plan, db, step);
	if (guard.denied && (step->data || step->rows))
		return mo_trial_denied(plan, m, step, &guard);
	return !rc || lacks_undeclared(plan, db) ? MOULT_OK
						 : mo_trial_failed(plan, m, db, step, rc);
}

/* Whether what it would write is judged beforehand: the application's triggers fire. */
static bool asks_guard(const struct step *step)
{
	return step->kind == STEP_REQUIRE || step->kind == STEP_DATA ||
	       (step->rows && step->event != EVENT_COUNT);
}

static int run_steps(const char **table, const char **reason, struct plan *plan, struct moult *m,
		     sqlite3 *db, bool all_made)
{
	struct list layouts = {0};
	bool is_over = false;

	EACH (const struct step, step, &plan->steps) {
		const struct step *last = step_at ? plan->steps.items[step_at - 1] : NULL;
		int rc;

		/* The rows were judged one by one (live/judge_rows.h): some will do here. */
		if (step->fills && last->fills)
			continue;
		if (all_made && is_made(step))
			continue;
		if (asks_guard(step)) {
			rc = try_statement(plan, m, db, step);
			if (rc)
				return rc;
		}
		if (step->kind == STEP_REQUIRE || step->kind == STEP_DATA)
			continue;
		rc = mo_layout_begins(step) && !layouts.count
			     ? mo_layout_note(&layouts, plan->arena, db, plan, step)
			     : SQLITE_OK;
		if (!rc)
			rc = run_patiently(&is_over, plan, m, db, step);
		if (is_over)
			return mo_trial_endless(m, step, MOST_MS / 1000);
		if (!rc && mo_layout_ends(step))
			rc = compare_layouts(table, reason, plan, db, &layouts);
		if (*table)
			return MOULT_OK;
		if (!rc)
			continue;
		if (!may_be_rebuilt(step->move) || mo_is_trouble(rc))
			return mo_trial_failed(plan, m, db, step, rc);
		*table = step->move->want->object.name;
		*reason = mo_arena_text(plan->arena, sqlite3_errmsg(db));
		return MOULT_OK;
	}
	return MOULT_OK;
}

/*
 * An ALTER may do more than it was asked: DROP COLUMN turns "text" in the views of a schema into
 * 'text'.
 */
static int check_outcome(const char **table, const char **reason, struct plan *plan,
			 struct moult *m, sqlite3 *db)
{
	const char *label;
	const char *text;
	int rc = first_difference(&label, &text, plan, m, db);

	for (int i = 0; !rc && label && i < plan->moves.count; i++) {
		const struct move *move = plan->moves.items[i];

		if (!may_be_rebuilt(move))
			continue;
		*table = move->want->object.name;
		*reason =
			mo_arena_format(plan->arena, "%s would not be as wanted: %s", label, text);
		return MOULT_OK;
	}
	return !rc && label ? mo_check_goal(plan, m, db, DIAG_RUN017) : rc;
}

/* ---- tables that a virtual table takes for its own ---- */

/*
 * FTS4 takes the statistics of its rows from whatever table has the name, and cannot be written if
 * that is another.
 */
static int judge_sharing(struct plan *plan, struct moult *m, sqlite3 *db)
{
	struct schema *after = NULL;
	int rc = plan->diff->goal->objects[KIND_VIRTUAL].count ? mo_catalogue_read(&after, m, db)
							       : MOULT_OK;

	for (int i = 0; after && i < after->prey.count; i++) {
		const struct prey *prey = after->prey.items[i];

		const struct change *change = mo_plan_change(plan, KIND_VIRTUAL, prey->owner);

		if (prey->is_shared && change && change->want)
			mo_plan_add_prey(plan, prey, "would be used by it");
	}
	mo_schema_free(after);
	return rc;
}

/* What is asked of the file, asked of its schema: whether SQLite takes it. */
static int compile_requirements(struct plan *plan, struct moult *m, sqlite3 *db)
{
	EACH (const struct requirement, requirement, &plan->diff->want->requirements) {
		const struct step step = {.kind = STEP_REQUIRE,
					  .sql = requirement->select.text,
					  .object = mo_requirement_label(plan->arena, requirement),
					  .requirement = requirement};
		const int rc = mo_plan_asks(plan, requirement) ? try_statement(plan, m, db, &step)
							       : MOULT_OK;

		if (rc)
			return rc;
	}
	return MOULT_OK;
}

/* A new file needs no step, and yet tells whether those after the change fit the document. */
static int compile_data(struct plan *plan, struct moult *m, sqlite3 *db)
{
	int rc = MOULT_OK;

	if (!mo_is_new_file(plan->diff->have))
		return MOULT_OK;
	EACH (const struct data_step, data, &plan->diff->want->data_steps) {
		for (int i = 0; !rc && data->at == MOMENT_AFTER && i < data->statements.count;
		     i++) {
			const struct step step = mo_data_step(plan->arena, plan->diff->goal, data,
							      data->statements.items[i]);

			rc = try_statement(plan, m, db, &step);
		}
	}
	return rc;
}

/* ---- the rehearsal ------------------------------------------------------------------------- */

static int look_before(struct before *before, struct plan *plan, struct moult *m, sqlite3 *db)
{
	int rc = make_statistics(plan, m, db);

	if (!rc && plan->diff->want->way_back && mo_exec(db, mo_sql_way_back_create))
		rc = mo_diag_memory(&m->diags);
	if (!rc && plan->diff->want->under_way.count && mo_exec(db, mo_sql_under_way_create))
		rc = mo_diag_memory(&m->diags);
	if (!rc)
		rc = mo_broken_before(before, plan, m, db);
	if (!rc)
		rc = mo_columns_judge(plan, m, db);
	return rc ? rc : compile_requirements(plan, m, db);
}

static int look_after(const struct before *before, struct plan *plan, struct moult *m, sqlite3 *db)
{
	int rc = mo_broken_judge(plan, m, before, db);

	if (!rc)
		rc = judge_sharing(plan, m, db);
	return rc ? rc : mo_shapes_read(&plan->shapes.want, plan, m, db);
}

static int try_on(const char **table, const char **reason, sqlite3 **made, struct plan *plan,
		  struct moult *m, sqlite3 **db)
{
	const bool all_made = makes_all(plan);
	const bool is_compared = all_made && made && *made && only_makes(plan);
	struct before before = {0};
	int rc = mo_shapes_begin(plan, m, *db);

	/* The steps would take more tables than they say, or fail; nobody will run them. */
	if (!rc && (mo_plan_says(plan, DIAG_MD122) || mo_plan_says(plan, DIAG_RUN070) ||
		    mo_plan_says(plan, DIAG_RUN072))) {
		plan->shapes.want = plan->shapes.have;
		return MOULT_OK;
	}
	if (!rc)
		rc = look_before(&before, plan, m, *db);
	if (!rc && all_made)
		rc = make_all(db, made, plan, m);
	if (!rc && plan->facts.statements &&
	    mo_is_trouble(mo_exec(*db, "PRAGMA foreign_keys = ON")))
		rc = mo_diag_memory(&m->diags);
	if (!rc)
		rc = run_steps(table, reason, plan, m, *db, all_made);
	if (!rc && !*table && !is_compared)
		rc = check_outcome(table, reason, plan, m, *db);
	if (!rc && !*table)
		rc = compile_data(plan, m, *db);
	if (!rc && !*table)
		rc = look_after(&before, plan, m, *db);
	return !rc && mo_arena_rc(plan->arena) ? mo_diag_memory(&m->diags) : rc;
}

/* What the file has been through, which the steps take further. */
static int copy_done(struct plan *plan, struct moult *m, sqlite3 *db)
{
	struct list statements = {0};
	int rc = SQLITE_OK;

	if (plan->diff->have->has_done)
		mo_sql_done_copy(&statements, plan->arena, plan->diff->have);
	for (int i = 0; !rc && i < statements.count; i++)
		rc = mo_exec(db, statements.items[i]);
	return !rc ? MOULT_OK
		   : mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN017, NULL, "prepare the rehearsal");
}

/* A database in memory has pragmas of its own; those of the file stay, or become the goal's. */
static int read_after(struct schema **after, const struct plan *plan, struct moult *m, sqlite3 *db)
{
	const struct pragmas *goal = &plan->diff->goal->pragmas;
	int rc = mo_catalogue_read(after, m, db);
	struct pragmas *pragmas = !rc ? &(*after)->pragmas : NULL;
	struct arena *arena = !rc ? (*after)->arena : NULL;

	if (rc)
		return rc;
	(*after)->has_marks = true; /* the row of the history, at least */
	*pragmas = plan->diff->have->pragmas;
	pragmas->encoding = mo_arena_text(arena, pragmas->encoding);
	pragmas->auto_vacuum = mo_arena_text(arena, pragmas->auto_vacuum);
	pragmas->journal_mode = mo_arena_text(arena, pragmas->journal_mode);
	if (goal->has_user_version)
		pragmas->user_version = goal->user_version;
	if (goal->has_application_id)
		pragmas->application_id = goal->application_id;
	return mo_arena_rc(arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
}

/* An object under way, and the note by which it is known. */
static int make_one(const struct plan *plan, sqlite3 *db, const char *name, const char *sql,
		    const char *noted)
{
	const int rc = mo_reference_exec(db, sql);

	return rc ? rc : mo_reference_exec(db, mo_sql_under_way_note(plan->arena, name, noted));
}

/* What has the entries of an index: as long as there are none, one tree is like another. */
static int make_entries(const struct plan *plan, sqlite3 *db, const struct index *index)
{
	const char *name = mo_made_name(plan->arena, "entries", index->object.name);
	const char *sql = mo_sql_entries_blank(plan->arena, name);

	return make_one(plan, db, name, sql, sql);
}

static int note(const struct plan *plan, sqlite3 *db, const char *name, const char *text)
{
	return mo_reference_exec(db, mo_sql_under_way_note(plan->arena, name, text));
}

/* What an index of before becomes by the plan. */
static int note_leaving(const struct plan *plan, sqlite3 *db, const struct leaving *leaving)
{
	const char *name = mo_made_name(plan->arena, "old", leaving->index);

	return note(plan, db, name, leaving->text);
}

/* And what a table of before becomes, with its indexes. */
static int note_left(const struct plan *plan, sqlite3 *db, const struct table *table)
{
	struct arena *arena = plan->arena;
	const char *work = mo_made_name(arena, "old", table->object.name);
	int rc = note(plan, db, work, mo_sql_left_table(arena, table, work));

	EACH (const struct index, index, &table->object.indexes) {
		const char *name = mo_made_name(arena, "old", index->object.name);

		if (!rc)
			rc = note(plan, db, name, mo_sql_left_index(arena, index, name, work));
	}
	return rc;
}

/* Tables and indexes that are under way in the file are there in the copy, as its own. */
static int make_ready(const struct plan *plan, struct moult *m, sqlite3 *db)
{
	int rc = plan->facts.ready.count ? mo_exec(db, mo_sql_under_way_create) : SQLITE_OK;

	EACH (const struct move, move, &plan->moves) {
		if (!rc && move->way == WAY_DROP &&
		    mo_plan_table_leaves(plan, move->have->object.name))
			rc = note_left(plan, db, move->have);
		if (rc || move->way != WAY_EXCHANGE ||
		    !mo_plan_is_ready(plan, move->want->object.name))
			continue;
		rc = make_one(plan, db, move->work, mo_plan_bare_table((struct plan *)plan, move),
			      mo_sql_old_rows_table(plan->arena, move->have, move->work));
	}
	EACH (const struct index, index, &plan->diff->goal->objects[KIND_INDEX])
		if (!rc && mo_plan_has_entries(plan, index->object.name))
			rc = make_entries(plan, db, index);
	EACH (const struct leaving, leaving, &plan->facts.leaving)
		if (!rc)
			rc = note_leaving(plan, db, leaving);
	return !rc ? MOULT_OK
		   : mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN017, NULL, "prepare the rehearsal");
}

int mo_trial(const char **table, const char **reason, struct schema **after, sqlite3 **made,
	     struct plan *plan, struct moult *m)
{
	const bool has_steps = plan->steps.count || plan->facts.script;
	const struct known all = {NULL, NULL};
	sqlite3 *db = NULL;
	int rc;

	*table = *reason = NULL;
	if (!has_steps && !after)
		return MOULT_OK;
	rc = mo_reference_build_known(&db, m, plan->diff->have, &all);
	if (!rc && after)
		rc = copy_done(plan, m, db);
	if (!rc && has_steps)
		rc = make_ready(plan, m, db);
	if (!rc && has_steps)
		rc = try_on(table, reason, made, plan, m, &db);
	if (!rc && !*table && after && !mo_plan_says(plan, DIAG_MD122))
		rc = read_after(after, plan, m, db);
	mo_disconnect(db);
	return rc;
}
