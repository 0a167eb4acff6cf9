/* SPDX-License-Identifier: MIT */
/* execute.c: see execute.h. */
#include "session/execute.h"

#include <string.h>

#include "base/text.h"
#include "live/connect.h"
#include "live/row_words.h"
#include "plan/requirement.h"
#include "plan/row_plan.h"
#include "session/layout.h"

#define VERSION_TOUCHY 3044000
#define VERSION_NOT_TOUCHY 3045000

/*
 * In the expressions of a copy a name in double quotes that is no column would
 * silently be text, and fill a column with its own name.
 */
int mo_step_prepare(sqlite3_stmt **stmt, sqlite3 *db, const struct step *step)
{
	int before = 0;
	int rc;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, -1, &before);
	if (step->kind == STEP_COPY || step->kind == STEP_ASIDE || step->kind == STEP_ROWS ||
	    step->kind == STEP_REQUIRE || step->kind == STEP_DATA)
		sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	rc = sqlite3_prepare_v2(db, step->sql, -1, stmt, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, before, NULL);
	return rc;
}

static bool has_virtual(const struct diff *diff)
{
	return diff->have->objects[KIND_VIRTUAL].count || diff->goal->objects[KIND_VIRTUAL].count;
}

/*
 * Tables that are somebody's, whatever virtual table their names begin with.  One that goes may
 * leave its name to a virtual table of the goal, or to a table that keeps the content of that.
 */
static void list_strangers(struct session *session, const struct diff *diff)
{
	struct list *strangers = &session->guard.strangers;

	if (!has_virtual(diff))
		return;
	EACH (const struct object, table, &diff->have->objects[KIND_TABLE])
		if (mo_schema_table(diff->goal, mo_diff_present_table(diff, table->name)))
			mo_list_add(session->arena, strangers, table->name);
	EACH (const struct object, table, &diff->goal->objects[KIND_TABLE])
		mo_list_add(session->arena, strangers, table->name);
}

static void allow(struct session *session, const struct writes *writes)
{
	struct guard *guard = &session->guard;

	mo_guard_clear(guard);
	guard->allowed.tables = writes->tables;
	guard->allowed.altered = writes->altered;
	guard->allowed.virtuals = writes->virtuals;
	guard->allowed.temp = writes->temp;
	guard->allowed.schema = writes->schema;
	guard->allowed.text = writes->text;
	guard->allowed.names = writes->names;
	guard->allowed.roots = writes->roots;
	guard->allowed.sequence = writes->sequence;
	guard->allowed.statistics = writes->statistics;
	if (writes->pragma)
		mo_list_add(session->arena, &guard->allowed.pragmas, writes->pragma);
}

/* SQLite speaks of the table under way; people know it by its own name. */
static char *in_final_names(struct session *session, const struct step *step)
{
	const char *message = sqlite3_errmsg(session->db);
	const char *work = step->move ? step->move->work : NULL;
	const char *found = work ? strstr(message, work) : NULL;

	if (!found)
		return mo_arena_text(session->arena, message);
	return mo_arena_format(session->arena, "%.*s%s%s", (int)(found - message), message,
			       step->move->want->object.name, found + strlen(work));
}

/* Whether the rows, and not the machine, are why a step failed. */
static bool is_for_rows(const struct step *step, int rc, bool prepared)
{
	const int code = rc & 0xff;

	if (code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH)
		return true;
	return prepared && code == SQLITE_ERROR &&
	       (step->kind == STEP_COPY || step->kind == STEP_ASIDE || step->kind == STEP_ROWS ||
		step->kind == STEP_INDEX || step->kind == STEP_DATA);
}

static const struct moult_place *place_of(const struct step *step)
{
	if (step->rows)
		return &step->rows->rows->place;
	if (step->statement)
		return &step->statement->place;
	return step->move ? &step->move->want->object.place : NULL;
}

static int failed(struct session *session, const struct step *step, int rc, bool prepared)
{
	struct diags *diags = &session->m->diags;

	if (session->guard.denied)
		return mo_guard_diag(&session->guard, diags);
	if (is_for_rows(step, rc, prepared)) {
		mo_diag(diags, DIAG_RUN027, place_of(step), step->object, "a row does not fit: %s",
			in_final_names(session, step));
		mo_diag_hint(diags, "correct the rows first, or the document; nothing is changed");
		return MOULT_REFUSED;
	}
	if ((rc & 0xff) == SQLITE_INTERRUPT)
		return mo_session_diag(session, rc, DIAG_RUN008, step->object, "run the plan");
	mo_diag(diags, DIAG_RUN008, step->statement ? place_of(step) : NULL, step->object,
		"%s, in: %.300s", in_final_names(session, step), step->sql);
	mo_diag_hint(diags, "nothing is changed: the file is as it was");
	return MOULT_FAILED;
}

/*
 * The second look, at what was done: a statement of the schema changes no row,
 * and any other only rows of its own.  What a trigger or a foreign key changes
 * in its name is counted in the total alone; what DDL does to sqlite_master is
 * counted nowhere.  https://sqlite.org/c3ref/total_changes.html
 */
static int check_changes(struct session *session, const struct step *step, int before)
{
	const bool changes_rows = step->kind == STEP_COPY || step->kind == STEP_ASIDE ||
				  step->kind == STEP_MARK || step->writes.sequence ||
				  step->writes.statistics || step->writes.text;
	const int all = (int)((unsigned)sqlite3_total_changes(session->db) - (unsigned)before);
	const int own = changes_rows && all ? sqlite3_changes(session->db) : 0;
	const int texts = step->writes.roots ? 2 : 1;

	if (step->writes.text && !step->writes.many && own != texts)
		return mo_session_refute(
			session, DIAG_RUN010, step->object,
			"%d rows of the schema were edited in place of %d, in: %.300s; rolled back",
			own, texts, step->sql);
	/*
	 * Modules write their shadow tables with statements of their own; of the triggers that fire
	 * for a declared row the proof judges what they did to its table; and what a step writes
	 * through triggers the guard has allowed by name.
	 */
	if (all == own || step->writes.virtuals.count || session->guard.late.count ||
	    step->kind == STEP_ROWS || step->kind == STEP_DATA)
		return MOULT_OK;
	return mo_session_refute(
		session, DIAG_RUN010, step->object,
		"%d rows were changed that the statement does not declare, in: %.300s; rolled back",
		all - own, step->sql);
}

/*
 * A full-text index holds rows back until a savepoint opens; FTS3 and FTS4 then
 * write them by an INSERT of their own, which would be some later step's.
 */
static int flush_virtuals(struct session *session, const struct step *step)
{
	const int rc = step->writes.virtuals.count ? mo_session_flush(session) : SQLITE_OK;

	return !rc ? MOULT_OK : failed(session, step, rc, false);
}

bool mo_virtual_is_touchy(const struct schema *schema)
{
	const int version = sqlite3_libversion_number();

	return version >= VERSION_TOUCHY && version < VERSION_NOT_TOUCHY &&
	       schema->objects[KIND_VIRTUAL].count > 0;
}

static void list_late(struct session *session, const struct schema *schema)
{
	const struct list *tables = &schema->objects[KIND_VIRTUAL];

	EACH (const struct object, table, tables)
		mo_list_add(session->arena, &session->guard.late, table->name);
}

/*
 * What may be written while the rows are proven: nothing, but a module that is
 * connected again compiles the statements for its shadow tables (R-Tree), and
 * integrity_check has some run (SQLite 3.44).
 */
static void guard_proof(struct session *session, const struct plan *plan)
{
	mo_guard_clear(&session->guard);
	list_late(session, plan->diff->goal);
}

/* Whether the rows of a copy may fill trees in another order than they are read in. */
static bool may_be_scattered(const struct step *step)
{
	const struct table *table = step->kind == STEP_COPY && step->move ? step->move->want : NULL;

	for (int i = 0; table && i < table->constraints.count; i++) {
		const struct constraint *constraint = table->constraints.items[i];

		if (constraint->kind == CONSTRAINT_UNIQUE ||
		    (constraint->kind == CONSTRAINT_PRIMARY_KEY && !mo_table_rowid_column(table)))
			return true;
	}
	return false;
}

/* Bytes that a step jumps about in.  Of a new file nothing was estimated. */
static long long scattered_by(const struct step *step)
{
	if (step->cost.bytes)
		return step->cost.scattered;
	return may_be_scattered(step) ? MO_FULL_CACHE : 0;
}

static int run_sql(sqlite3_stmt **stmt, bool *prepared, sqlite3 *db, const struct step *step)
{
	int rc = mo_step_prepare(stmt, db, step);

	*prepared = !rc;
	while (!rc || rc == SQLITE_ROW)
		rc = sqlite3_step(*stmt);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/*
 * ALTER looks at the whole schema, and fails at an index of some other table
 * whose collation nobody knows.  With writable_schema SQLite 3.38 passes over
 * what it cannot parse; whether all that had to follow did, is seen when the
 * schema is read back.
 */
static int run_again(sqlite3_stmt **stmt, bool *prepared, sqlite3 *db, const struct step *step,
		     int rc)
{
	const char *message = sqlite3_errmsg(db);

	if ((rc & 0xff) != SQLITE_ERROR || strncmp(message, "error in ", 9) != 0 ||
	    !strstr(message, ": no such collation"))
		return rc;
	sqlite3_finalize(*stmt);
	*stmt = NULL;
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
	rc = run_sql(stmt, prepared, db, step);
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
	return rc;
}

/* ---- a query that must give no row --------------------------------------------------------- */

#define MOST_ROWS 5 /* that are shown */

static int refuse(struct session *session, const struct step *step, long long rows,
		  const char *samples)
{
	struct diags *diags = &session->m->diags;
	const int rc = mo_diag(diags, DIAG_MR101, &step->requirement->place, step->object,
			       "%s (%lld row%s: %s)", mo_requirement_words(step->requirement), rows,
			       rows == 1 ? "" : "s", samples);

	mo_diag_hint(diags, MO_HINT_REQUIRE);
	if (mo_diag_last(diags))
		mo_diag_last(diags)->count = rows;
	return rc;
}

static int require(struct session *session, const struct step *step)
{
	sqlite3_str *samples = sqlite3_str_new(session->db);
	sqlite3_stmt *stmt = NULL;
	long long rows = 0;
	int rc;
	const bool prepared = (rc = mo_step_prepare(&stmt, session->db, step)) == SQLITE_OK;
	const char *text;

	while (prepared && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (rows && rows < MOST_ROWS)
			sqlite3_str_appendall(samples, "; ");
		if (rows++ < MOST_ROWS)
			mo_row_words(samples, stmt, 0);
	}
	text = mo_arena_take(session->arena, samples);
	if (rc != SQLITE_DONE)
		rc = failed(session, step, rc, prepared);
	else if (!text)
		rc = mo_diag_memory(&session->m->diags);
	else
		rc = rows ? refuse(session, step, rows, text) : MOULT_OK;
	sqlite3_finalize(stmt);
	return rc;
}

/* ---- what steps of the document wrote ------------------------------------------------------- */

static int note_deed(struct session *session, const struct step *step, int before)
{
	const int all = (int)((unsigned)sqlite3_total_changes(session->db) - (unsigned)before);
	struct deed *deed = mo_arena_make(session->arena, struct deed);

	if (!deed)
		return mo_diag_memory(&session->m->diags);
	deed->step = step;
	deed->rows = all ? sqlite3_changes(session->db) : 0;
	deed->triggers = all - deed->rows;
	mo_list_add(session->arena, &session->deeds, deed);
	return MOULT_OK;
}

void mo_execute_say(const struct session *session)
{
	struct diags *diags = &session->m->diags;

	EACH (const struct deed, deed, &session->deeds) {
		const struct data_statement *statement = deed->step->statement;

		mo_diag(diags, DIAG_RUN047, &statement->place, deed->step->object,
			deed->triggers > 0 ? "%lld row%s of %s %s, and %lld by triggers"
					   : "%lld row%s of %s %s",
			deed->rows, deed->rows == 1 ? "" : "s", statement->table, statement->deed,
			deed->triggers);
		if (mo_diag_last(diags))
			mo_diag_last(diags)->count = deed->rows;
	}
}

/* ---- one step, and all of them ------------------------------------------------------------- */

/* A step of the document fires triggers, as its application's own statements do. */
static int run_data(sqlite3_stmt **stmt, bool *prepared, sqlite3 *db, const struct step *step)
{
	int before = 0;
	int rc;

	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &before);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
	rc = run_sql(stmt, prepared, db, step);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, before, NULL);
	return rc;
}

static int run_step(struct session *session, const struct step *step, long long *rows)
{
	const int before = sqlite3_total_changes(session->db);
	const long long scattered = scattered_by(step);
	sqlite3_stmt *stmt = NULL;
	bool prepared = false;
	int rc;

	if (step->requirement)
		return require(session, step);
	if (scattered)
		mo_session_cache(session, scattered);
	allow(session, &step->writes);
	rc = step->kind == STEP_DATA ? run_data(&stmt, &prepared, session->db, step)
				     : run_sql(&stmt, &prepared, session->db, step);
	if (rc)
		rc = run_again(&stmt, &prepared, session->db, step, rc);
	if (rc) {
		rc = failed(session, step, rc, prepared);
	} else if (session->guard.denied) {
		/* A function of the application was refused a statement, and kept it to itself. */
		rc = mo_guard_diag(&session->guard, &session->m->diags);
	} else {
		rc = flush_virtuals(session, step);
		if (!rc)
			rc = check_changes(session, step, before);
		if (!rc && step->kind == STEP_DATA)
			rc = note_deed(session, step, before);
		if (step->kind == STEP_COPY)
			*rows += sqlite3_changes(session->db);
		if (step->event != EVENT_COUNT)
			session->changed[step->event] += sqlite3_changes(session->db);
	}
	sqlite3_finalize(stmt);
	if (scattered)
		mo_session_cache(session, 0);
	return rc;
}

/*
 * The tables that are edited must be to SQLite what they were; those that are exchanged, what
 * their rows are.
 */
static int check_layouts(struct session *session, struct list *layouts)
{
	const char *table = NULL;
	const char *why = NULL;
	int rc = mo_layout_compare(&table, &why, layouts, session->arena, session->db);

	layouts->count = 0;
	if (rc)
		return mo_session_diag(session, rc, DIAG_RUN008, NULL, "read the schema");
	if (!table)
		return MOULT_OK;
	rc = mo_session_refute(session, DIAG_RUN013, table, "%s; rolled back", why);
	mo_diag_hint(&session->m->diags, "take another way: --strategy rebuild");
	return rc;
}

static int run_watched(struct session *session, const struct plan *plan, const struct step *step,
		       struct list *layouts, long long *rows)
{
	int rc;

	if (mo_layout_begins(step) && !layouts->count &&
	    (rc = mo_layout_note(layouts, session->arena, session->db, plan, step)) != SQLITE_OK)
		return mo_session_diag(session, rc, DIAG_RUN008, NULL, "read the schema");
	rc = run_step(session, step, rows);
	return !rc && mo_layout_ends(step) ? check_layouts(session, layouts) : rc;
}

static int run_one(struct session *session, const struct plan *plan, const struct step *step,
		   struct list *layouts, long long *rows)
{
	static const char *const phases[] = {
		[STEP_SCHEMA] = "schema", [STEP_MARK] = "schema",    [STEP_ASIDE] = "copy",
		[STEP_COPY] = "copy",	  [STEP_ROWS] = "rows",	     [STEP_INDEX] = "index",
		[STEP_EDIT] = "schema",	  [STEP_PRAGMA] = "schema",  [STEP_WRITABLE] = "schema",
		[STEP_RELOAD] = "schema", [STEP_REQUIRE] = "verify", [STEP_DATA] = "step",
		[STEP_OTHER] = "schema"};
	_Static_assert(sizeof(phases) / sizeof(*phases) == STEP_OTHER + 1, "a phase for each kind");
	const long long rows_before = step->kind == STEP_COPY && step->move
					      ? mo_plan_rows(plan, step->move->want->object.name)
					      : -1;
	int rc;

	if (mo_session_phase(session, phases[step->kind], step->object, rows_before))
		rc = mo_session_holds(session);
	else
		rc = mo_session_diag(session, SQLITE_INTERRUPT, DIAG_RUN014, step->object,
				     "run the plan");
	return rc ? rc : run_watched(session, plan, step, layouts, rows);
}

int mo_execute(struct session *session, const struct plan *plan, enum stretch stretch,
	       long long *rows)
{
	const int ends[] = {0, plan->begins, plan->ends, plan->steps.count};
	struct list layouts = {0};
	int rc = mo_guard_begin(&session->guard, session->db);

	if (rc)
		return mo_diag_memory(&session->m->diags);
	list_strangers(session, plan->diff);
	if (mo_virtual_is_touchy(plan->diff->have))
		list_late(session, plan->diff->have);
	if (mo_virtual_is_touchy(plan->diff->goal))
		list_late(session, plan->diff->goal);
	for (int i = ends[stretch]; !rc && i < ends[stretch + 1]; i++)
		rc = run_one(session, plan, plan->steps.items[i], &layouts, rows);
	guard_proof(session, plan);
	return rc;
}
