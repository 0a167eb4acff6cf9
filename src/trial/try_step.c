/* SPDX-License-Identifier: MIT */
/*
 * try_step.c: one step of a plan on the empty copy, and what is said where SQLite refuses it.
 *
 * What moult writes is run.  What a document writes is compiled, under the guard that hears what it
 * would write: on no rows its triggers and subqueries would do something else than on those of a
 * file.
 */
#include "trial/try_step.h"

#include "base/text.h"
#include "diff/describe.h"
#include "hazard/assess.h"
#include "hazard/hint.h"
#include "live/advice.h"
#include "live/connect.h"
#include "live/reference.h"
#include "live/watch.h"
#include "plan/data_steps.h"
#include "plan/row_plan.h"
#include "session/execute.h"
#include "sql/write.h"

static const struct moult_place *place_of(const struct step *step)
{
	if (step->requirement)
		return &step->requirement->place;
	if (step->statement)
		return &step->statement->place;
	if (step->rows)
		return &step->rows->rows->place;
	return step->move && step->move->want ? &step->move->want->object.place : NULL;
}

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
	if (place_of(step))
		hazard->place = *place_of(step);
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

int mo_trial_run(bool *is_over, struct plan *plan, struct moult *m, sqlite3 *db,
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

int mo_trial_endless(struct moult *m, const struct step *step)
{
	mo_diag(&m->diags, DIAG_RUN017, NULL, step->object,
		"tried on an empty copy of the schema it does not come to an end in %d seconds: %.300s",
		MOST_MS / 1000, step->sql);
	mo_diag_hint(&m->diags, "a query that makes its own rows needs an end, such as LIMIT");
	return mo_diag_kinds[DIAG_RUN017].result;
}

/* ---- what SQLite refuses ---- */

/* A document declares a virtual table anew whose module or tokenizer is not loaded. */
static bool lacks_module(const struct plan *plan, struct moult *m, const struct step *step,
			 const char *message)
{
	const char *name = step->writes.virtuals.count ? step->writes.virtuals.items[0] : NULL;
	const struct object *object =
		name ? mo_schema_find(plan->diff->goal, KIND_VIRTUAL, name) : NULL;

	if (!mo_lacks_module(message) || !object || !object->place.file)
		return false;
	mo_diag(&m->diags, DIAG_DOC015, &object->place, step->object,
		"SQLite %s does not accept this: %s", sqlite3_libversion(), message);
	return true;
}

/* What has the name of a table that the module of a virtual table makes; NULL where nothing has. */
static const struct object *in_place_of_shadow(const struct plan *plan, const char *virtual_table)
{
	static const char *const ends[] = {"data",   "idx",	 "content", "docsize",
					   "config", "segments", "segdir",  "stat",
					   "node",   "rowid",	 "parent"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		const char *name = mo_arena_format(plan->arena, "%s_%s", virtual_table, ends[i]);
		const struct object *object =
			name ? mo_schema_find_relation(plan->diff->goal, name) : NULL;

		if (!object && name)
			object = mo_schema_find(plan->diff->goal, KIND_INDEX, name);
		if (object)
			return object;
	}
	return NULL;
}

/* A virtual table that is new cannot be made where one of its own tables has no place. */
static bool lacks_place(const struct plan *plan, struct moult *m, const struct step *step)
{
	const char *name = step->writes.virtuals.count ? step->writes.virtuals.items[0] : NULL;
	const struct object *wanted =
		name ? mo_schema_find(plan->diff->goal, KIND_VIRTUAL, name) : NULL;
	const struct object *other = wanted ? in_place_of_shadow(plan, name) : NULL;
	const bool is_table = other && other->kind == KIND_TABLE;

	if (!other)
		return false;
	mo_diag(&m->diags, DIAG_MD122, &wanted->place, mo_label_object(plan->arena, other),
		"it has the name of a table that virtual table %s keeps its content in", name);
	mo_diag_hint(&m->diags, "give the virtual table another name%s%s%s",
		     is_table ? "; or this one first, with " : "",
		     is_table ? mo_hint_was(plan->arena, other->name) : "",
		     is_table ? " beside that, in a migration of its own" : "");
	return true;
}

/* What to write instead: a step or requirement reads the file or the document, by its moment. */
static const char *advice_of(const struct plan *plan, const struct step *step, const char *message)
{
	const bool is_timed = step->statement || step->requirement;
	const enum moment at = step->requirement ? step->requirement->at
			       : step->data	 ? step->data->at
						 : MOMENT_AFTER;
	const struct schema *schema =
		is_timed && at == MOMENT_BEFORE ? plan->diff->have : plan->diff->goal;
	const char *hint = mo_advice(plan->arena, schema, NULL, message);

	if (hint)
		return hint;
	if (mo_lacks_module(message))
		return MO_LOAD_EXTENSION;
	if (!is_timed || sqlite3_strglob("no such [tc][ao][bl]*", message))
		return NULL;
	return at == MOMENT_BEFORE
		       ? "at=\"before\" speaks of what the file has, by its names there; for "
			 "what the document makes, write at=\"after\""
		       : "at=\"after\" speaks of what the document declares; for what goes or "
			 "is renamed, write at=\"before\"";
}

int mo_trial_failed(const struct plan *plan, struct moult *m, sqlite3 *db, const struct step *step,
		    int rc)
{
	const char *message = mo_arena_text(plan->arena, sqlite3_errmsg(db));
	const char *hint;

	if (!message)
		return mo_diag_memory(&m->diags);
	if (mo_is_trouble(rc))
		return mo_diag_sqlite(&m->diags, db, rc, DIAG_RUN017, step->object,
				      "try the plan in memory");
	if (lacks_place(plan, m, step))
		return MOULT_REFUSED;
	hint = advice_of(plan, step, message);
	if (lacks_module(plan, m, step, message)) {
		mo_diag_hint(&m->diags, "%s", hint);
		return MOULT_TROUBLE;
	}
	mo_diag(&m->diags, DIAG_RUN017, place_of(step), step->object,
		"SQLite %s, tried on an empty copy of the schema, refuses: %s, in: %.300s",
		sqlite3_libversion(), message, step->sql);
	if (hint)
		mo_diag_hint(&m->diags, "%s", hint);
	return MOULT_TROUBLE;
}

/* ---- what a document writes ---- */

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

static const char *through(struct plan *plan, const struct guard *guard)
{
	return *guard->cause ? mo_arena_format(plan->arena, " through \"%w\"", guard->cause) : "";
}

/* Declared rows are written, and known afterwards, in their own table alone. */
static int refuse_row_write(struct plan *plan, struct moult *m, const struct step *step,
			    const struct guard *guard)
{
	mo_diag(&m->diags, DIAG_DOC025, &step->rows->rows->place, step->object,
		"they would write %s%s, and rows are declared of their own table alone",
		guard->object, through(plan, guard));
	mo_diag_hint(&m->diags,
		     "write the rows in a <step>, whose writes says what its triggers write");
	return mo_diag_kinds[DIAG_DOC025].result;
}

/* What a step may write is for its document to say. */
static int refuse_write(struct plan *plan, struct moult *m, const struct step *step,
			const struct guard *guard)
{
	sqlite3_str *out;

	if (guard->action == SQLITE_FUNCTION) {
		mo_diag(&m->diags, DIAG_DOC025, place_of(step), step->object, "it would call %s()",
			guard->object);
		mo_diag_hint(&m->diags, "leave it out; " MO_LOAD_EXTENSION);
		return mo_diag_kinds[DIAG_DOC025].result;
	}
	out = sqlite3_str_new(NULL);
	mo_diag(&m->diags, DIAG_DOC025, place_of(step), step->object,
		"it would write %s%s, and does not say so", guard->object, through(plan, guard));
	mo_write_names(out, &step->data->writes);
	if (step->data->writes.count)
		sqlite3_str_appendall(out, ", ");
	mo_write_name(out, guard->object);
	mo_diag_hint(&m->diags, "write writes=\"%s\" on the step", mo_arena_take(plan->arena, out));
	return mo_diag_kinds[DIAG_DOC025].result;
}

/* A document need not declare all tables of its files; without a file those are not there. */
static bool lacks_undeclared(const struct plan *plan, sqlite3 *db)
{
	return !*plan->facts.exact && mo_is_new_file(plan->diff->have) &&
	       sqlite3_strglob("no such table: *", sqlite3_errmsg(db)) == 0;
}

int mo_trial_compile(struct plan *plan, struct moult *m, sqlite3 *db, const struct step *step)
{
	struct guard guard = {.db = NULL};
	const int rc = compile(&guard, plan, db, step);

	if (guard.denied && step->data)
		return refuse_write(plan, m, step, &guard);
	if (guard.denied && step->rows)
		return refuse_row_write(plan, m, step, &guard);
	return !rc || lacks_undeclared(plan, db) ? MOULT_OK
						 : mo_trial_failed(plan, m, db, step, rc);
}
