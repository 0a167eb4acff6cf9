/* SPDX-License-Identifier: MIT */
/*
 * script_guard.c: what a script asks before, between and after its steps.
 *
 *	start	the SQLite, foreign_keys, temporary objects in the way, the shape of the file,
 *		rows that would be lost without consent
 *	lock	a write of no rows
 *	before	rows of the tables that stay, violated foreign keys, AUTOINCREMENT marks
 *	copy	as many rows as before, and values that survived their new type
 *	end	rows, foreign keys and marks again, VIRTUAL columns that came, of every row, and
 *		their types where the table is STRICT, and that the shape is the one wanted;
 *		then that every guard held: the only one that rolls back
 *
 * NOT NULL, CHECK, UNIQUE and STRICT need no other guard, since the copy fails over
 * them by itself.  In a runner that goes on after errors every failed guard
 * leaves the last one without a row to count, and every failed step the shape,
 * the rows or the marks other than they must be; what is set aside, and what fills
 * a virtual table, is asked for by a guard of its own.  Nothing of it needs triggers,
 * which a connection may have switched off, and in which "new" would be theirs.
 *
 *	BEGIN  guards  SAVEPOINT  step | SAVEPOINT  step  SAVEPOINT  step  last guard
 *				       ^ an I/O error ends the transaction: the guards are gone with it, the
 *					 next savepoint begins another, and the last guard rolls that back
 *
 * Only a runner that goes on gets there.  No savepoint is ever released, which would
 * commit what the outermost of them began.
 */
#include "base/text.h"
#include "diff/describe.h"
#include "plan/data_steps.h"
#include "plan/done.h"
#include "report/plan_words.h"
#include "report/script_guard.h"
#include "sql/aside_table.h"
#include "sql/done_table.h"
#include "sql/guard_statements.h"
#include "sql/mention.h"
#include "sql/own_table.h"
#include "sql/token.h"

/* A schema of nothing has no line. */
#define SHAPE \
	"(SELECT coalesce(group_concat(line, char(10)), '') FROM (SELECT line FROM temp._moult_shape))"
#define SHAPE_BEFORE "shape before"
#define SHAPE_AFTER "shape after"

/* After an error, too. */
bool mo_script_goes_on(const struct guarded_script *s)
{
	return s->runner == RUNNER_OF_SCRIPTS;
}

/* A statement with its semicolon. */
struct script_line *mo_script_statement(struct guarded_script *s, const char *words,
					const char *sql)
{
	struct script_line *line = mo_arena_make(s->arena, struct script_line);

	if (!line)
		return NULL;
	line->words = words;
	line->sql = sql;
	mo_list_add(s->arena, s->lines, line);
	return line;
}

struct script_line *mo_script_add(struct guarded_script *s, const char *words, const char *sql)
{
	return mo_script_statement(s, words, sql ? mo_arena_format(s->arena, "%s;", sql) : NULL);
}

void mo_script_guard(struct guarded_script *s, const char *words, const char *condition)
{
	mo_list_add(s->arena, &s->guards, words);
	mo_script_add(s, NULL,
		      mo_sql_guard(s->arena, s->schema, s->guards.count, condition, false));
}

/* What was kept under a word before the first step. */
char *mo_script_before(struct guarded_script *s, const char *what)
{
	return mo_arena_format(s->arena, "(SELECT n FROM %s._moult_before WHERE what = %Q)",
			       s->schema, what);
}

/* ---- start --------------------------------------------------------------------------------- */

static void guard_version(struct guarded_script *s)
{
	static const char number[] =
		"CAST(substr(sqlite_version(), 3) AS INTEGER) * 1000 + CAST(substr(sqlite_version(),"
		" 3 + instr(substr(sqlite_version(), 3), '.')) AS INTEGER)";
	char version[MO_VERSION_TEXT];

	mo_version_text(version, s->plan->facts.sqlite);
	mo_script_guard(
		s,
		mo_arena_format(s->arena,
				"this SQLite is older than %s, for which the upgrade was made",
				version),
		mo_arena_format(s->arena, "%s >= %d", number, s->plan->facts.sqlite % 1000000));
}

static const char *version_is(struct guarded_script *s, bool is_asked, const struct schema *schema)
{
	if (!is_asked || s->runner == RUNNER_OF_ARRAYS)
		return "";
	return mo_arena_format(s->arena,
			       " AND (SELECT user_version FROM main.pragma_user_version) = %d",
			       schema->pragmas.user_version);
}

/* Where WANT says nothing of it, the file may have any. */
static const char *version_before(struct guarded_script *s)
{
	const struct diff *diff = s->plan->diff;

	return version_is(
		s, diff->have->pragmas.has_user_version && diff->want->pragmas.has_user_version,
		diff->have);
}

static const char *version_after(struct guarded_script *s)
{
	const struct diff *diff = s->plan->diff;

	return version_is(s, diff->want->pragmas.has_user_version, diff->goal);
}

/* A file of the wanted schema is done when it has the marks of all steps, too. */
static const char *steps_are_marked(struct guarded_script *s)
{
	const struct list *steps = &s->plan->diff->want->data_steps;

	return steps->count
		       ? mo_arena_format(s->arena, "\n  AND (%s) = %d",
					 mo_sql_done_count_steps(s->arena, steps), steps->count)
		       : "";
}

/*
 * A file that is as it shall be but for rows, which somebody changed or deleted, or for what no
 * shape shows, such as the name of a constraint, is no other after the script; and that may run again.
 */
static bool may_run_again(struct guarded_script *s)
{
	const struct plan *plan = s->plan;
	const struct diff *diff = plan->diff;

	return mo_same(plan->shapes.have, plan->shapes.want) &&
	       (!diff->want->pragmas.has_user_version ||
		diff->have->pragmas.user_version == diff->goal->pragmas.user_version) &&
	       (mo_plan_rows_were_remembered(plan) || !mo_plan_is_marked(s->arena, plan));
}

/* The shape of the file as a script asks for it; an array has asked before. */
static const char *shape(struct guarded_script *s, const char *when)
{
	return s->runner == RUNNER_OF_ARRAYS ? mo_script_before(s, when) : SHAPE;
}

static void guard_shape(struct guarded_script *s)
{
	const struct plan *plan = s->plan;
	const bool writes_rows = mo_plan_writes_rows(plan);
	const char *is = shape(s, SHAPE_BEFORE);

	if (writes_rows || plan->diff->want->data_steps.count) {
		if (mo_script_goes_on(s))
			mo_script_add(s, "what has been done on this file", mo_sql_guard_savepoint);
		mo_script_add(s, NULL, mo_sql_done_create);
	}
	if (s->runner != RUNNER_IN_FILE && !may_run_again(s))
		mo_script_guard(
			s, "already at the wanted schema: nothing to do",
			mo_arena_format(s->arena, "NOT (%s IS %Q%s%s%s%s)", is, plan->shapes.want,
					version_after(s), writes_rows ? "\n  AND " : "",
					writes_rows ? mo_plan_rows_are_remembered(s->arena, plan)
						    : "",
					steps_are_marked(s)));
	mo_script_guard(
		s, "the schema is not the one that this upgrade starts from",
		mo_arena_format(s->arena, "%s = %Q%s", is, plan->shapes.have, version_before(s)));
}

/* Where HAVE says nothing of its version, the file may have any; but none is taken back. */
static void guard_newer(struct guarded_script *s)
{
	const struct pragmas *have = &s->plan->diff->have->pragmas;
	const struct pragmas *want = &s->plan->diff->want->pragmas;

	if (want->has_user_version && !have->has_user_version && s->runner != RUNNER_OF_ARRAYS)
		mo_script_guard(
			s, "the file is newer than what this upgrade leads to",
			mo_arena_format(
				s->arena,
				"(SELECT user_version FROM main.pragma_user_version) <= max(0, %d)",
				want->user_version));
}

/* Whether SQLite can answer a question without moult: no function of moult's stands in it. */
static bool is_plain(const char *sql)
{
	static const char *const functions[] = {"_moult_affinity", "_moult_digest", "_moult_item",
						"_moult_loses", "_moult_row"};

	for (struct token token = mo_token_next(sql); token.kind != TOKEN_END;) {
		const struct token after = mo_token_next(token.text + token.length);

		for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
			if (mo_token_is(&token, functions[i]) && mo_token_is(&after, "("))
				return false;
		token = after;
	}
	return true;
}

/* Whether a question reads a table that the steps have to fill before. */
static bool reads_filled(const struct plan *plan, const char *sql)
{
	EACH (const struct filling, filling, &plan->fillings)
		if (filling->is_read && mo_mentions(sql, filling->lookup))
			return true;
	return false;
}

/* What the document requires, and what moult would refuse without consent. */
static bool is_held(struct guarded_script *s, const struct hazard *hazard)
{
	return hazard->id == DIAG_MR101 ||
	       (mo_hazard_consent(s->arena, hazard) && !hazard->consented);
}

/* When a question is asked. */
enum turn { TURN_FILE, TURN_OLD, TURN_FILLED };

/* What the document requires of the file, what the steps before leave, and what others have filled. */
static enum turn turn_of(struct guarded_script *s, const struct hazard *hazard)
{
	if (hazard->id == DIAG_MR101)
		return TURN_FILE;
	return reads_filled(s->plan, hazard->count_sql) ? TURN_FILLED : TURN_OLD;
}

/* Such hazards, where a plain question finds them. */
static void guard_hazards(struct guarded_script *s, enum turn turn)
{
	EACH (const struct hazard, hazard, &s->plan->hazards) {
		if (!is_held(s, hazard) || hazard->id == DIAG_MD121 || !hazard->count_sql ||
		    !is_plain(hazard->count_sql) || turn_of(s, hazard) != turn)
			continue;
		mo_script_guard(s,
				mo_arena_format(s->arena, "%s %s: %s", mo_diag_kinds[hazard->id].id,
						hazard->object, hazard->message),
				mo_arena_format(s->arena, "(%s) = 0", hazard->count_sql));
	}
}

static bool has_trigger(const struct object *table, enum event event)
{
	EACH (const struct trigger, trigger, &table->triggers)
		if (trigger->event == event)
			return true;
	return false;
}

/*
 * Whoever has the file makes the script fail here, before anything is written. The first statement
 * that compiles no trigger: one may be broken, or speak of what is not loaded there.
 */
static const char *lock_statement(struct arena *arena, const struct list *tables)
{
	static const enum event events[] = {EVENT_DELETE, EVENT_UPDATE, EVENT_INSERT};

	for (int i = 0; i < EVENT_COUNT; i++)
		EACH (const struct table, table, tables)
			if (!has_trigger(&table->object, events[i]))
				return mo_sql_guard_lock(arena, table, events[i]);
	return mo_sql_guard_lock(arena, tables->items[0], EVENT_DELETE);
}

static void lock(struct guarded_script *s, const struct list *tables)
{
	mo_script_add(s, "the lock", lock_statement(s->arena, tables));
}

static void start(struct guarded_script *s)
{
	const struct list *tables = &s->plan->diff->have->objects[KIND_TABLE];

	if (mo_script_goes_on(s) || s->runner == RUNNER_IN_FILE)
		guard_version(s);
	if (s->runner != RUNNER_IN_C)
		mo_script_guard(
			s, "a table called pragma_... hides what this script asks SQLite",
			"SELECT count(*) = 0 FROM main.sqlite_master"
			" WHERE substr(lower(name), 1, 7) = 'pragma_' AND type IN ('table', 'view')");
	if (mo_script_goes_on(s) && mo_script_drops_tables(s->plan))
		mo_script_guard(
			s,
			"foreign_keys is on, and would take rows along: switch it off outside of any transaction",
			"(SELECT foreign_keys FROM main.pragma_foreign_keys) = 0");
	if (s->runner != RUNNER_OF_ARRAYS)
		mo_script_guard(s, "temporary triggers or tables of this connection are in the way",
				"SELECT count(*) = 0 FROM sqlite_temp_master WHERE type = 'trigger'"
				" OR lower(name) IN (SELECT lower(name) FROM main.sqlite_master)");
	EACH (const struct filling, filling, &s->plan->fillings)
		if (filling->is_read && s->runner != RUNNER_OF_ARRAYS)
			mo_script_guard(
				s,
				mo_arena_format(s->arena,
						"table %s of the temp schema is in the way",
						filling->lookup),
				mo_arena_format(s->arena,
						"SELECT count(*) = 0 FROM sqlite_temp_master"
						" WHERE name = %Q COLLATE NOCASE",
						filling->lookup));
	if (s->runner != RUNNER_IN_C)
		guard_shape(s);
	guard_newer(s);
	if (mo_script_goes_on(s) && tables->count)
		lock(s, tables);
	guard_hazards(s, TURN_FILE);
}

/* ---- the script ---------------------------------------------------------------------------- */

/* A trigger on the table would act for whoever made it. */
void mo_script_guard_own(struct guarded_script *s, const char *name)
{
	mo_script_guard(
		s,
		mo_arena_format(s->arena,
				"%s is not the table that moult makes, or something stands on it",
				name),
		mo_sql_own_is_intact(s->arena, name));
}

static void guard_marks(struct guarded_script *s, const struct step *step)
{
	const struct list *tables = &step->writes.tables;

	mo_script_guard_own(s, tables->count ? tables->items[0] : MO_DONE_TABLE);
	if (step->needs)
		mo_script_guard(s,
				mo_arena_format(s->arena, "%s%s has run on this file already",
						step->data ? "" : "using of ", step->object),
				step->needs);
}

static void guard_done_steps(struct guarded_script *s)
{
	EACH (const struct data_step, data, &s->plan->diff->want->data_steps)
		if (mo_data_fate(s->plan, data) == DATA_DONE)
			mo_script_guard(
				s,
				mo_arena_format(
					s->arena,
					"step %s has not run on this file, as HAVE says: leave it out there",
					data->name),
				mo_sql_done_counts_step(s->arena, data, 1));
}

/*
 * A document as HAVE takes the expressions and steps that it has for done, and the file may know
 * better.  Asked behind the renames.
 */
static void guard_done(struct guarded_script *s)
{
	EACH (const struct move, move, &s->plan->moves)
		for (int i = 0; move->want && i < move->sources.count; i++) {
			const struct source *source = move->sources.items[i];
			const char *table = move->want->object.name;

			if (source->is_done)
				mo_script_guard(
					s,
					mo_arena_format(
						s->arena,
						"using of %s has not run on this file, as HAVE says: leave it out there",
						mo_label_column(s->arena, table,
								source->want->object.name)),
					mo_sql_done_counts(s->arena, table, source->want, 1));
		}
}

/* A table that expressions read goes, so the questions that read it are asked now. */
static bool takes_filled(const struct step *step)
{
	return step->kind == STEP_SCHEMA && step->filling;
}

static void require(struct guarded_script *s, const struct step *step)
{
	mo_script_guard(s,
			mo_arena_format(s->arena, "%s %s: %s", mo_diag_kinds[DIAG_MR101].id,
					step->object, step->why),
			mo_arena_format(s->arena, "NOT EXISTS (\n%s\n)", step->sql));
}

/* Whoever stops at the first error needs to ask nothing. */
static void run_data(struct guarded_script *s, const struct step *step, const char *words)
{
	const char *statement = mo_step_statement(s->arena, step);

	if (!mo_script_goes_on(s)) {
		mo_script_statement(s, words, statement);
		mo_script_let_go(s, step);
		return;
	}
	mo_script_add(s, words, mo_sql_guard_step_table);
	mo_script_add(s, NULL, mo_sql_guard_step_trigger(s->arena, statement));
	mo_script_add(s, NULL, mo_sql_guard_step_run);
	mo_script_guard(s, mo_arena_format(s->arena, "%s did not come to its end", step->object),
			mo_sql_guard_step_ran);
	mo_script_let_go(s, step);
	for (int i = 0; i < 2; i++)
		mo_script_add(s, NULL, mo_sql_guard_step_drops[i]);
}

/* What is asked before a step; where that ends the transaction, the step is in one of its own again. */
static void guard_step(struct guarded_script *s, const struct step *step, const struct step *last)
{
	const int before = s->lines->count;

	if (step->rows && last && last->fills && !step->fills)
		mo_script_guard_before_rows(s, step->rows);
	if (step->rows && step->kind == STEP_SCHEMA)
		mo_script_guard_rows(s, step->rows);
	if (step->kind == STEP_MARK)
		guard_marks(s, step);
	if (takes_filled(step) && !(last && takes_filled(last)))
		guard_hazards(s, TURN_FILLED);
	if (mo_script_goes_on(s) && s->lines->count > before)
		mo_script_add(s, NULL, mo_sql_guard_savepoint);
}

/* Nodes that each run an array would have times of their own in the marks. */
static const char *statement_of(struct guarded_script *s, const struct step *step)
{
	const char *sql = mo_step_statement(s->arena, step);

	return sql && s->runner == RUNNER_OF_ARRAYS &&
			       (step->kind == STEP_MARK || step->kind == STEP_ROWS)
		       ? mo_sql_done_without_clock(s->arena, sql)
		       : sql;
}

static void steps(struct guarded_script *s, int from, int to)
{
	const struct step *last = NULL;

	for (int i = from; i < to; i++) {
		const struct step *step = s->plan->steps.items[i];
		const char *words = mo_step_words(s->arena, step, last);

		if (step->requirement) {
			require(s, step);
			continue;
		}
		if (mo_script_goes_on(s) && step->kind != STEP_PRAGMA) {
			mo_script_add(s, words, mo_sql_guard_savepoint);
			words = NULL;
		}
		guard_step(s, step, last);
		if (step->kind != STEP_DATA && step->writes.virtuals.count &&
		    mo_sql_is_insert(step->sql))
			mo_script_fill(s, step, words);
		else if (step->kind == STEP_DATA)
			run_data(s, step, words);
		else
			mo_script_statement(s, words, statement_of(s, step));
		if (step->kind == STEP_ASIDE)
			mo_script_guard_aside(s, step);
		if (step->kind == STEP_COPY && step->move)
			mo_script_guard_copy(s, step);
		if (step->leaves)
			mo_script_guard(s,
					mo_arena_format(s->arena, "%s%s is not remembered",
							step->data ? "" : "what filled ",
							step->object),
					step->leaves);
		last = step;
	}
}

static void guard_references(struct guarded_script *s)
{
	struct list queries = {0};

	if (mo_script_judges_references(s->arena, s->plan))
		queries = mo_script_orphans(s->arena, s->plan, false);
	EACH (const char, query, &queries)
		mo_script_guard(
			s, "rows would violate a foreign key that did not before",
			mo_arena_format(
				s->arena,
				"SELECT count(*) = 0 FROM (%s) AS a LEFT JOIN %s._moult_before AS b"
				" ON b.what = a.what WHERE a.n > ifnull(b.n, 0)",
				query, s->schema));
}

static void count_orphans(struct guarded_script *s)
{
	struct list queries = {0};

	if (s->runner != RUNNER_OF_ARRAYS)
		mo_script_add(s, "what there is before", mo_sql_guard_before(s->arena, s->schema));
	if (mo_script_judges_references(s->arena, s->plan))
		queries = mo_script_orphans(s->arena, s->plan, true);
	EACH (const char, query, &queries)
		mo_script_add(s, NULL, mo_sql_guard_counts(s->arena, s->schema, query));
}

/* What the schema is changed for is there, and nothing else came or went. */
static void guard_application(struct guarded_script *s)
{
	const struct diff *diff = s->plan->diff;

	if (diff->want->pragmas.has_application_id && s->runner != RUNNER_OF_ARRAYS)
		mo_script_guard(
			s, "application_id is another",
			mo_arena_format(
				s->arena,
				"(SELECT application_id FROM main.pragma_application_id) = %d",
				diff->goal->pragmas.application_id));
}

static void guard_change(struct guarded_script *s)
{
	const struct list *moves = &s->plan->moves;

	guard_done(s);
	guard_done_steps(s);
	mo_script_each_table(s, mo_script_guard_table);
	mo_script_guard_work(s);
	for (int i = 0; i < moves->count; i++)
		mo_script_guard_computed(s, moves->items[i]);
	for (int i = 0; i < moves->count; i++)
		mo_script_guard_strict(s, moves->items[i]);
	guard_application(s);
}

/*
 * The last guard needs nothing but its table, and has it made where it could
 * not be made before: a guard that cannot be asked could not roll back.
 */
static void end(struct guarded_script *s)
{
	static const char words[] = "the upgrade did not come to its end, and nothing was changed";
	const bool asks = s->runner == RUNNER_OF_SCRIPTS || s->runner == RUNNER_OF_ARRAYS;
	const int guards = s->guards.count + asks;

	if (s->runner == RUNNER_OF_ARRAYS)
		mo_script_add(s, NULL,
			      mo_sql_guard_shape(s->arena, SHAPE_AFTER, s->plan->shapes.query));
	if (asks)
		mo_script_guard(s, "the schema did not become the one wanted",
				mo_arena_format(s->arena, "%s IS %Q%s", shape(s, SHAPE_AFTER),
						s->plan->shapes.want, version_after(s)));
	if (s->runner == RUNNER_OF_ARRAYS) {
		for (int i = 0; i < 2; i++)
			mo_script_add(s, NULL, mo_sql_guard_leaves[i]);
		return;
	}
	mo_list_add(s->arena, &s->guards, words);
	mo_script_add(s, "all of it or nothing",
		      mo_sql_guard_table_again(s->arena, guards + 1, words));
	mo_script_add(
		s, NULL,
		mo_sql_guard(s->arena, s->schema, guards + 1,
			     mo_arena_format(s->arena,
					     "SELECT count(*) = %d FROM temp._moult_guard", guards),
			     true));
}

static void where_it_stands(struct guarded_script *s)
{
	const char *query = s->plan->shapes.query;

	if (s->runner == RUNNER_OF_SCRIPTS || s->runner == RUNNER_IN_FILE)
		mo_script_add(s, "where the file stands", mo_sql_guard_view(s->arena, query));
	if (s->runner != RUNNER_OF_ARRAYS)
		return;
	mo_script_add(s, NULL, mo_sql_guard_before(s->arena, s->schema));
	mo_script_add(s, NULL, mo_sql_guard_shape(s->arena, SHAPE_BEFORE, query));
}

void mo_script_lines(struct list *lines, struct arena *arena, const struct plan *plan,
		     enum runner runner)
{
	const bool in_array = runner == RUNNER_OF_ARRAYS;
	struct guarded_script s = {plan, arena, lines, {0}, runner, in_array ? "main" : "temp"};
	struct script_line *table;

	if (in_array)
		mo_script_add(&s, NULL, mo_sql_guard_defer);
	for (int i = 0; !in_array && i < 3; i++)
		mo_script_add(&s, i ? NULL : "guards: each says in words what is wrong",
			      mo_sql_guard_drops[i]);
	table = mo_script_add(&s, NULL, NULL);
	where_it_stands(&s);
	start(&s);
	count_orphans(&s);
	mo_script_begin_way(&s);
	steps(&s, 0, plan->begins);
	guard_hazards(&s, TURN_OLD);
	mo_script_each_table(&s, mo_script_count_table);
	steps(&s, plan->begins, plan->ends);
	guard_change(&s);
	steps(&s, plan->ends, plan->steps.count);
	guard_references(&s);
	mo_script_store_way(&s);
	end(&s);
	if (table)
		table->sql = mo_arena_format(s.arena, "%s;",
					     mo_sql_guard_table(s.arena, s.schema, &s.guards));
}
