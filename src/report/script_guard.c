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
#include "plan/query.h"
#include "plan/row_plan.h"
#include "report/plan_words.h"
#include "report/script_lines.h"
#include "sql/aside_table.h"
#include "sql/done_table.h"
#include "sql/guard_statements.h"
#include "sql/mention.h"
#include "sql/own_table.h"
#include "sql/token.h"

#define VERSION_VIRTUALS_LET_GO 3024000 /* seen on 3.18.0, and on 3.24.0 no more */
/* A schema of nothing has no line. */
#define SHAPE \
	"(SELECT coalesce(group_concat(line, char(10)), '') FROM (SELECT line FROM temp._moult_shape))"
#define SHAPE_BEFORE "shape before"
#define SHAPE_AFTER "shape after"

/* Whose lines they are: whether the runner stops at an error by itself, and what else it takes. */
enum runner { RUNNER_OF_SCRIPTS, RUNNER_IN_C, RUNNER_OF_ARRAYS };

struct script {
	const struct plan *plan;
	struct arena *arena;
	struct list *lines;
	struct list guards; /* of char *: what each says */
	enum runner runner;
	const char *schema; /* that the guards are in */
};

/* After an error, too. */
static bool goes_on(const struct script *s)
{
	return s->runner == RUNNER_OF_SCRIPTS;
}

/* A statement with its semicolon. */
static struct script_line *add_statement(struct script *s, const char *words, const char *sql)
{
	struct script_line *line = mo_arena_make(s->arena, struct script_line);

	if (!line)
		return NULL;
	line->words = words;
	line->sql = sql;
	mo_list_add(s->arena, s->lines, line);
	return line;
}

static struct script_line *add(struct script *s, const char *words, const char *sql)
{
	return add_statement(s, words, sql ? mo_arena_format(s->arena, "%s;", sql) : NULL);
}

static void guard(struct script *s, const char *words, const char *condition)
{
	mo_list_add(s->arena, &s->guards, words);
	add(s, NULL, mo_sql_guard(s->arena, s->schema, s->guards.count, condition, false));
}

/* What was kept under a word before the first step. */
static char *before(struct script *s, const char *what)
{
	return mo_arena_format(s->arena, "(SELECT n FROM %s._moult_before WHERE what = %Q)",
			       s->schema, what);
}

/* ---- start --------------------------------------------------------------------------------- */

static void guard_version(struct script *s)
{
	static const char number[] =
		"CAST(substr(sqlite_version(), 3) AS INTEGER) * 1000 + CAST(substr(sqlite_version(),"
		" 3 + instr(substr(sqlite_version(), 3), '.')) AS INTEGER)";
	char version[MO_VERSION_TEXT];

	mo_version_text(version, s->plan->facts.sqlite);
	guard(s,
	      mo_arena_format(s->arena,
			      "this SQLite is older than %s, for which the upgrade was made",
			      version),
	      mo_arena_format(s->arena, "%s >= %d", number, s->plan->facts.sqlite % 1000000));
}

static const char *version_is(struct script *s, bool is_asked, const struct schema *schema)
{
	if (!is_asked || s->runner == RUNNER_OF_ARRAYS)
		return "";
	return mo_arena_format(s->arena,
			       " AND (SELECT user_version FROM main.pragma_user_version) = %d",
			       schema->pragmas.user_version);
}

/* Where WANT says nothing of it, the file may have any. */
static const char *version_before(struct script *s)
{
	const struct diff *diff = s->plan->diff;

	return version_is(
		s, diff->have->pragmas.has_user_version && diff->want->pragmas.has_user_version,
		diff->have);
}

static const char *version_after(struct script *s)
{
	const struct diff *diff = s->plan->diff;

	return version_is(s, diff->want->pragmas.has_user_version, diff->goal);
}

/* A file of the wanted schema is done when it has the marks of all steps, too. */
static const char *steps_are_marked(struct script *s)
{
	const struct list *steps = &s->plan->diff->want->data_steps;

	return steps->count
		       ? mo_arena_format(s->arena, "\n  AND (%s) = %d",
					 mo_sql_done_count_steps(s->arena, steps), steps->count)
		       : "";
}

/*
 * A file that is as it shall be but for rows, which somebody changed or deleted, is no other after
 * the script; and that may run again.
 */
static bool is_for_rows_alone(const struct plan *plan)
{
	const struct diff *diff = plan->diff;

	return mo_plan_rows_were_remembered(plan) &&
	       mo_same(plan->shapes.have, plan->shapes.want) &&
	       (!diff->want->pragmas.has_user_version ||
		diff->have->pragmas.user_version == diff->goal->pragmas.user_version);
}

/* The shape of the file as a script asks for it; an array has asked before. */
static const char *shape(struct script *s, const char *when)
{
	return s->runner == RUNNER_OF_ARRAYS ? before(s, when) : SHAPE;
}

static void guard_shape(struct script *s)
{
	const struct plan *plan = s->plan;
	const bool writes_rows = mo_plan_writes_rows(plan);
	const char *is = shape(s, SHAPE_BEFORE);

	if (writes_rows || plan->diff->want->data_steps.count) {
		if (goes_on(s))
			add(s, "what has been done on this file", mo_sql_guard_savepoint);
		add(s, NULL, mo_sql_done_create);
	}
	if (!is_for_rows_alone(plan))
		guard(s, "already at the wanted schema: nothing to do",
		      mo_arena_format(s->arena, "NOT (%s IS %Q%s%s%s%s)", is, plan->shapes.want,
				      version_after(s), writes_rows ? "\n  AND " : "",
				      writes_rows ? mo_plan_rows_are_remembered(s->arena, plan)
						  : "",
				      steps_are_marked(s)));
	guard(s, "the schema is not the one that this upgrade starts from",
	      mo_arena_format(s->arena, "%s = %Q%s", is, plan->shapes.have, version_before(s)));
}

/* Where HAVE says nothing of its version, the file may have any; but none is taken back. */
static void guard_newer(struct script *s)
{
	const struct pragmas *have = &s->plan->diff->have->pragmas;
	const struct pragmas *want = &s->plan->diff->want->pragmas;

	if (want->has_user_version && !have->has_user_version && s->runner != RUNNER_OF_ARRAYS)
		guard(s, "the file is newer than what this upgrade leads to",
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
static bool is_held(struct script *s, const struct hazard *hazard)
{
	return hazard->id == DIAG_MR101 ||
	       (mo_hazard_consent(s->arena, hazard) && !hazard->consented);
}

/* When a question is asked. */
enum turn { TURN_FILE, TURN_OLD, TURN_FILLED };

/* What the document requires of the file, what the steps before leave, and what others have filled. */
static enum turn turn_of(struct script *s, const struct hazard *hazard)
{
	if (hazard->id == DIAG_MR101)
		return TURN_FILE;
	return reads_filled(s->plan, hazard->count_sql) ? TURN_FILLED : TURN_OLD;
}

/* Such hazards, where a plain question finds them. */
static void guard_hazards(struct script *s, enum turn turn)
{
	EACH (const struct hazard, hazard, &s->plan->hazards) {
		if (!is_held(s, hazard) || hazard->id == DIAG_MD121 || !hazard->count_sql ||
		    !is_plain(hazard->count_sql) || turn_of(s, hazard) != turn)
			continue;
		guard(s,
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

static void lock(struct script *s, const struct list *tables)
{
	add(s, "the lock", lock_statement(s->arena, tables));
}

static void start(struct script *s)
{
	const struct list *tables = &s->plan->diff->have->objects[KIND_TABLE];

	if (goes_on(s))
		guard_version(s);
	if (s->runner != RUNNER_IN_C)
		guard(s, "a table called pragma_... hides what this script asks SQLite",
		      "SELECT count(*) = 0 FROM main.sqlite_master"
		      " WHERE substr(lower(name), 1, 7) = 'pragma_' AND type IN ('table', 'view')");
	if (goes_on(s) && mo_script_drops_tables(s->plan))
		guard(s,
		      "foreign_keys is on, and would take rows along: switch it off outside of any transaction",
		      "(SELECT foreign_keys FROM main.pragma_foreign_keys) = 0");
	if (s->runner != RUNNER_OF_ARRAYS)
		guard(s, "temporary triggers or tables of this connection are in the way",
		      "SELECT count(*) = 0 FROM sqlite_temp_master WHERE type = 'trigger'"
		      " OR lower(name) IN (SELECT lower(name) FROM main.sqlite_master)");
	EACH (const struct filling, filling, &s->plan->fillings)
		if (filling->is_read && s->runner != RUNNER_OF_ARRAYS)
			guard(s,
			      mo_arena_format(s->arena, "table %s of the temp schema is in the way",
					      filling->lookup),
			      mo_arena_format(s->arena,
					      "SELECT count(*) = 0 FROM sqlite_temp_master"
					      " WHERE name = %Q COLLATE NOCASE",
					      filling->lookup));
	if (s->runner != RUNNER_IN_C)
		guard_shape(s);
	guard_newer(s);
	if (goes_on(s) && tables->count)
		lock(s, tables);
	guard_hazards(s, TURN_FILE);
}

/* ---- what is counted ----------------------------------------------------------------------- */

static bool stays(const struct plan *plan, const struct object *table)
{
	EACH (const struct move, move, &plan->moves)
		if (move->way == WAY_DROP && move->have == (const struct table *)table)
			return false;
	return true;
}

/* Calls for each table that is there before and after. */
static void each_table(struct script *s, void (*act)(struct script *, const struct table *))
{
	const struct list *tables = &s->plan->diff->renamed->objects[KIND_TABLE];

	if (!mo_script_drops_tables(s->plan))
		return;
	for (int i = 0; i < tables->count; i++)
		if (stays(s->plan, tables->items[i]))
			act(s, tables->items[i]);
}

static char *count_of(struct script *s, const char *table)
{
	return mo_arena_format(s->arena, "SELECT count(*) FROM main.%s",
			       mo_query_name(s->arena, table));
}

static char *rows_of(struct script *s, const struct table *table)
{
	return mo_arena_format(s->arena, "rows of %s", table->object.name);
}

static char *mark_of(struct script *s, const struct table *table)
{
	return mo_arena_format(s->arena, "mark of %s", table->object.name);
}

/*
 * Nothing but these statements keeps a table from having two. The file may spell its name
 * otherwise.
 */
static char *query_mark(struct script *s, const char *table)
{
	return mo_arena_format(s->arena,
			       "SELECT group_concat(seq) FROM main.sqlite_sequence"
			       " WHERE name = %Q COLLATE NOCASE",
			       table);
}

static bool keeps_mark(const struct plan *plan, const struct table *table)
{
	const struct table *want = mo_schema_table(plan->diff->goal, table->object.name);

	return want && mo_table_autoincrement(table) && mo_table_autoincrement(want);
}

static void count_table(struct script *s, const struct table *table)
{
	const char *former = mo_diff_former_table(s->plan->diff, table->object.name);

	add(s, NULL,
	    mo_sql_guard_count(s->arena, s->schema, rows_of(s, table), count_of(s, former)));
	if (keeps_mark(s->plan, table))
		add(s, NULL,
		    mo_sql_guard_count(s->arena, s->schema, mark_of(s, table),
				       query_mark(s, former)));
}

static void guard_table(struct script *s, const struct table *table)
{
	const char *name = table->object.name;

	if (mo_plan_row_plan(s->plan, name)) /* guard_rows() asks */
		return;
	guard(s, mo_arena_format(s->arena, "rows of table %s came or went", name),
	      mo_arena_format(s->arena, "(%s) = %s", count_of(s, name),
			      before(s, rows_of(s, table))));
	if (keeps_mark(s->plan, table))
		guard(s,
		      mo_arena_format(s->arena, "the AUTOINCREMENT mark of table %s is another",
				      name),
		      mo_arena_format(s->arena, "(%s) IS %s", query_mark(s, name),
				      before(s, mark_of(s, table))));
}

/* The shape has no tables under way. */
static void guard_work(struct script *s)
{
	EACH (const char, work, &s->plan->work)
		guard(s, mo_arena_format(s->arena, "table %s is still there", work),
		      mo_arena_format(s->arena,
				      "SELECT count(*) = 0 FROM main.sqlite_master WHERE name = %Q",
				      work));
}

static void guard_application(struct script *s)
{
	const struct diff *diff = s->plan->diff;

	if (diff->want->pragmas.has_application_id && s->runner != RUNNER_OF_ARRAYS)
		guard(s, "application_id is another",
		      mo_arena_format(
			      s->arena,
			      "(SELECT application_id FROM main.pragma_application_id) = %d",
			      diff->goal->pragmas.application_id));
}

/* ---- foreign keys -------------------------------------------------------------------------- */

static void guard_references(struct script *s)
{
	if (mo_script_judges_references(s->plan))
		guard(s, "rows would violate a foreign key that did not before",
		      mo_arena_format(
			      s->arena,
			      "SELECT count(*) = 0 FROM (%s) AS a LEFT JOIN %s._moult_before AS b"
			      " ON b.what = a.what WHERE a.n > ifnull(b.n, 0)",
			      mo_script_orphans(s->arena, s->plan, false), s->schema));
}

/* ---- values -------------------------------------------------------------------------------- */

static const struct source *source_of(const struct move *move, const char *column)
{
	for (int i = 0; column && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];

		if (mo_same_name(source->want->object.name, column))
			return source;
	}
	return NULL;
}

/*
 * One column by which a row before the copy finds the one after: as h.kN, and as w's.  The + makes
 * the key what the column of w makes of it.
 */
static bool write_key(struct script *s, sqlite3_str *keys, sqlite3_str *match, int i,
		      const char *copy, const char *name)
{
	sqlite3_str_appendf(keys, "%s AS k%d, ", copy ? copy : "NULL", i);
	sqlite3_str_appendf(match, "%sw.%s = +h.k%d", i ? " AND " : "",
			    mo_query_name(s->arena, name), i);
	return copy != NULL;
}

/* All of them: the rowid, or the primary key.  False where there is no telling. */
static bool write_keys(struct script *s, const struct move *move, sqlite3_str *keys,
		       sqlite3_str *match)
{
	const struct constraint *key = mo_table_primary_key(move->want);
	bool is_whole = true;

	if (move->rowid_want && move->rowid_have)
		return write_key(s, keys, match, 0, move->rowid_have, move->rowid_want);
	for (int i = 0; key && i < key->terms.count; i++) {
		const char *column = ((struct term *)key->terms.items[i])->column;
		const struct source *source = source_of(move, column);

		is_whole &= source && write_key(s, keys, match, i, source->copy, column);
	}
	return key && is_whole;
}

/*
 * Whether a column may store other values than it is given, and nobody consented to what that does
 * to values.
 */
static bool may_lose(struct script *s, const struct move *move, const struct source *source)
{
	const struct column *want = source->want;

	if (!(source->have || source->is_filled) || !source->copy || source->is_generated ||
	    (source->is_using && source->is_unpredictable) ||
	    (source->have && !source->is_using && source->have->affinity == want->affinity))
		return false;
	EACH (const struct hazard, hazard, &s->plan->hazards) {
		if ((hazard->id == DIAG_MD105 || hazard->id == DIAG_MD106) && hazard->consented &&
		    mo_same(hazard->subject.name, move->want->object.name) &&
		    mo_same(hazard->subject.column, want->object.name))
			return false;
	}
	return true;
}

/*
 * The value that is stored, brought back to the type that it had, must be the one that was copied.
 * A real beyond all integers would come back as the largest of them.
 */
static void guard_value(struct script *s, const struct move *move, const struct source *source)
{
	const char *name = mo_query_name(s->arena, source->want->object.name);
	sqlite3_str *keys = sqlite3_str_new(NULL);
	sqlite3_str *match = sqlite3_str_new(NULL);
	const bool is_whole = write_keys(s, move, keys, match);
	const char *h = mo_arena_take(s->arena, keys);
	const char *w = mo_arena_take(s->arena, match);

	guard(s,
	      mo_arena_format(s->arena, "values of %s would not survive their new type",
			      mo_label_column(s->arena, move->want->object.name,
					      source->want->object.name)),
	      mo_arena_format(
		      s->arena,
		      "SELECT count(*) = 0 FROM (SELECT %s%s AS v FROM %s) AS h"
		      " LEFT JOIN main.%s AS w ON %s WHERE CASE typeof(h.v) WHEN 'text' THEN CAST(w.%s AS TEXT)"
		      " WHEN 'integer' THEN CASE WHEN typeof(w.%s) = 'real' AND w.%s >= 9223372036854775808.0"
		      " THEN NULL ELSE CAST(w.%s AS INTEGER) END WHEN 'real' THEN CAST(w.%s AS REAL)"
		      " ELSE w.%s END IS NOT h.v COLLATE BINARY",
		      is_whole ? h : "", source->copy, move->copy_from,
		      mo_query_name(s->arena, move->work), is_whole ? w : "0", name, name, name,
		      name, name, name));
}

static void guard_values(struct script *s, const struct move *move)
{
	for (int i = 0; i < move->sources.count; i++)
		if (may_lose(s, move, move->sources.items[i]))
			guard_value(s, move, move->sources.items[i]);
}

static void guard_copy(struct script *s, const struct step *step)
{
	const struct move *move = step->move;

	guard(s,
	      mo_arena_format(s->arena, "rows of table %s were not all copied",
			      move->want->object.name),
	      mo_arena_format(s->arena, "(%s) = %s", count_of(s, move->work),
			      move->filling ? mo_arena_format(s->arena, "(%s)",
							      count_of(s, move->filling->work))
					    : before(s, rows_of(s, move->have))));
	guard_values(s, move);
}

/*
 * A VIRTUAL column that ALTER adds is computed when somebody reads the row, and the first is this
 * guard.
 */
static void guard_computed(struct script *s, const struct move *move)
{
	const char *table = move->want ? move->want->object.name : NULL;

	for (int i = 0; table && !mo_move_copies(move) && i < move->sources.count; i++) {
		const struct source *source = move->sources.items[i];
		const struct column *want = source->want;

		if (move->way == WAY_CREATE || !source->is_generated || !mo_source_is_new(source) ||
		    !mo_may_raise(want->generated.text))
			continue;
		guard(s,
		      mo_arena_format(s->arena, "%s cannot be computed for every row",
				      mo_label_column(s->arena, table, want->object.name)),
		      mo_arena_format(s->arena, "SELECT count(typeof(%s)) = count(*) FROM main.%s",
				      mo_query_name(s->arena, want->object.name),
				      mo_query_name(s->arena, table)));
	}
}

/*
 * SQLite looks at the type of a VIRTUAL column in a STRICT table when somebody checks the file, and
 * of no row that is written.
 */
static void guard_strict(struct script *s, const struct move *move)
{
	for (int i = 0; move->have && move->want && move->want->strict && i < move->sources.count;
	     i++) {
		const struct source *source = move->sources.items[i];
		const struct column *want = source->want;
		const char *types = mo_query_strict_types(want);
		const char *table = move->want->object.name;

		if (!source->is_generated || !types ||
		    (move->have->strict && !mo_source_is_new(source)))
			continue;
		guard(s,
		      mo_arena_format(s->arena, "%s would hold another type than STRICT lets it",
				      mo_label_column(s->arena, table, want->object.name)),
		      mo_arena_format(
			      s->arena,
			      "SELECT count(*) = 0 FROM main.%s WHERE typeof(%s) NOT IN (%s)",
			      mo_query_name(s->arena, table),
			      mo_query_name(s->arena, want->object.name), types));
	}
}

/* ---- what is set aside, and what fills a virtual table ------------------------------------- */

/* The rows of a table that is made; or all of them in the table that expressions read. */
static const char *filled_aside(struct script *s, const struct step *step)
{
	const struct filling *filling = step->filling;

	if (!step->writes.temp.count && !mo_names_have(&step->writes.tables, filling->lookup))
		return mo_sql_guard_has_rows(s->arena, filling->work, filling->query);
	return mo_arena_format(s->arena, "(SELECT count(*) FROM %s.%s) = (%s)", s->schema,
			       mo_query_name(s->arena, filling->lookup),
			       count_of(s, filling->work));
}

/* As many values as there are rows: one that is missing would be read as NULL. */
static void guard_aside(struct script *s, const struct step *step)
{
	const char *words =
		mo_arena_format(s->arena, "what is read for %s was not set aside", step->object);

	if (step->move)
		guard(s, words,
		      mo_arena_format(s->arena, "(%s) = %s", count_of(s, step->move->aside),
				      before(s, rows_of(s, step->move->have))));
	else if (step->filling)
		guard(s, words, filled_aside(s, step));
	else if (step->fill)
		guard(s, words,
		      mo_sql_guard_has_rows(s->arena, step->fill->work, step->fill->query));
}

/*
 * FTS5 and the R*Tree of SQLite 3.18 still read when they have been filled, and no table can be
 * dropped; a search, or a count, ends that.
 */
static void let_go(struct script *s, const struct step *step)
{
	const char *name = step->writes.virtuals.count ? step->writes.virtuals.items[0] : NULL;
	const struct object *object =
		name ? mo_schema_find(s->plan->diff->goal, KIND_VIRTUAL, name) : NULL;
	const char *module = object ? ((const struct virtual_table *)object)->module : NULL;
	const bool is_text = mo_same_name(module, "fts5");

	if (!module || s->plan->facts.sqlite >= VERSION_VIRTUALS_LET_GO ||
	    !(is_text || mo_same_name(module, "rtree") || mo_same_name(module, "rtree_i32")))
		return;
	guard(s, mo_arena_format(s->arena, "%s cannot be searched", step->object),
	      mo_arena_format(s->arena,
			      is_text ? "SELECT count(*) >= 0 FROM \"%w\" WHERE \"%w\" MATCH 'a'"
				      : "SELECT count(*) >= 0 FROM \"%w\"",
			      name, name));
}

/*
 * A savepoint has the module write what it still holds in memory; should that fail, the next one
 * is before the next step.
 */
static void fill(struct script *s, const struct step *step, const char *words)
{
	char *head = NULL;
	char *query = NULL;

	if (s->runner == RUNNER_OF_ARRAYS) {
		add_statement(s, words, mo_step_statement(s->arena, step));
		return;
	}
	mo_sql_split_insert(s->arena, step->sql, &head, &query);
	add(s, words, mo_sql_guard_no_changes);
	add_statement(s, NULL, mo_step_statement(s->arena, step));
	guard(s, mo_arena_format(s->arena, "%s was not filled", step->object),
	      mo_sql_guard_has_inserted(s->arena, query, mo_sql_insert_stops(s->arena, step->sql)));
	let_go(s, step);
	if (goes_on(s))
		add(s, NULL, mo_sql_guard_savepoint);
}

/* ---- declared rows -------------------------------------------------------------------------- */

static bool is_allowed(struct script *s, const struct row_plan *row_plan)
{
	EACH (const struct hazard, hazard, &s->plan->hazards)
		if (hazard->id == DIAG_MD121 && hazard->consented &&
		    mo_same_name(hazard->subject.name, row_plan->table->object.name))
			return true;
	return false;
}

static char *others_of(struct script *s, const struct row_plan *row_plan)
{
	return mo_arena_format(s->arena, "other rows of %s", row_plan->table->object.name);
}

static char *count_others(struct script *s, const struct row_plan *row_plan)
{
	return mo_sql_declared_beyond(s->arena, row_plan->declared, false, "count(*)",
				      row_plan->declared->name);
}

/* Behind the work table with the declared rows, and before any is written. */
static void guard_before_rows(struct script *s, const struct row_plan *row_plan)
{
	const struct declared *declared = row_plan->declared;
	const char *name = row_plan->table->object.name;

	guard(s, "_moult_done is not the table that moult makes, or something stands on it",
	      mo_sql_own_is_intact(s->arena, MO_DONE_TABLE));
	guard(s, mo_arena_format(s->arena, "declared rows of %s were not all read", name),
	      mo_arena_format(s->arena, "(%s) = %d", count_of(s, row_plan->work),
			      row_plan->rows->rows.count));
	if (!is_allowed(s, row_plan))
		guard(s,
		      mo_arena_format(s->arena,
				      "MD121 table %s: declared rows were changed by somebody",
				      name),
		      mo_sql_declared_edited(s->arena, declared, false, declared->name, true));
	add(s, NULL,
	    mo_sql_guard_count(s->arena, s->schema, others_of(s, row_plan),
			       count_others(s, row_plan)));
}

static void guard_rows(struct script *s, const struct row_plan *row_plan)
{
	const char *name = row_plan->table->object.name;

	guard(s, mo_arena_format(s->arena, "declared rows of %s are not as declared", name),
	      mo_sql_declared_holds(s->arena, row_plan->declared));
	guard(s, mo_arena_format(s->arena, "declared rows of %s are not remembered", name),
	      mo_arena_format(s->arena, "%s AND %s",
			      mo_sql_declared_is_remembered(s->arena, row_plan->declared),
			      mo_sql_declared_are_marked(s->arena, row_plan->declared)));
	guard(s, mo_arena_format(s->arena, "other rows of table %s came or went", name),
	      mo_arena_format(s->arena, "(%s) = %s", count_others(s, row_plan),
			      before(s, others_of(s, row_plan))));
}

/* ---- the script ---------------------------------------------------------------------------- */

/* A trigger on the table would act for whoever made it. */
static void guard_marks(struct script *s, const struct step *step)
{
	guard(s, "_moult_done is not the table that moult makes, or something stands on it",
	      mo_sql_own_is_intact(s->arena, MO_DONE_TABLE));
	if (step->needs)
		guard(s,
		      mo_arena_format(s->arena, "%s%s has run on this file already",
				      step->data ? "" : "using of ", step->object),
		      step->needs);
}

static void guard_done_steps(struct script *s)
{
	EACH (const struct data_step, data, &s->plan->diff->want->data_steps)
		if (mo_data_fate(s->plan, data) == DATA_DONE)
			guard(s,
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
static void guard_done(struct script *s)
{
	EACH (const struct move, move, &s->plan->moves)
		for (int i = 0; move->want && i < move->sources.count; i++) {
			const struct source *source = move->sources.items[i];
			const char *table = move->want->object.name;

			if (source->is_done)
				guard(s,
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

static void require(struct script *s, const struct step *step)
{
	guard(s,
	      mo_arena_format(s->arena, "%s %s: %s", mo_diag_kinds[DIAG_MR101].id, step->object,
			      step->why),
	      mo_arena_format(s->arena, "NOT EXISTS (\n%s\n)", step->sql));
}

/* Whoever stops at the first error needs to ask nothing. */
static void run_data(struct script *s, const struct step *step, const char *words)
{
	const char *statement = mo_step_statement(s->arena, step);

	if (!goes_on(s)) {
		add_statement(s, words, statement);
		let_go(s, step);
		return;
	}
	add(s, words, mo_sql_guard_step_table);
	add(s, NULL, mo_sql_guard_step_trigger(s->arena, statement));
	add(s, NULL, mo_sql_guard_step_run);
	guard(s, mo_arena_format(s->arena, "%s did not come to its end", step->object),
	      mo_sql_guard_step_ran);
	let_go(s, step);
	for (int i = 0; i < 2; i++)
		add(s, NULL, mo_sql_guard_step_drops[i]);
}

/* What is asked before a step; where that ends the transaction, the step is in one of its own again. */
static void guard_step(struct script *s, const struct step *step, const struct step *last)
{
	const int before = s->lines->count;

	if (step->rows && last && last->fills && !step->fills)
		guard_before_rows(s, step->rows);
	if (step->rows && step->kind == STEP_SCHEMA)
		guard_rows(s, step->rows);
	if (step->kind == STEP_MARK)
		guard_marks(s, step);
	if (takes_filled(step) && !(last && takes_filled(last)))
		guard_hazards(s, TURN_FILLED);
	if (goes_on(s) && s->lines->count > before)
		add(s, NULL, mo_sql_guard_savepoint);
}

/* Nodes that each run an array would have times of their own in the marks. */
static const char *statement_of(struct script *s, const struct step *step)
{
	const char *sql = mo_step_statement(s->arena, step);

	return sql && s->runner == RUNNER_OF_ARRAYS &&
			       (step->kind == STEP_MARK || step->kind == STEP_ROWS)
		       ? mo_sql_done_without_clock(s->arena, sql)
		       : sql;
}

static void steps(struct script *s, int from, int to)
{
	const struct step *last = NULL;

	for (int i = from; i < to; i++) {
		const struct step *step = s->plan->steps.items[i];
		const char *words = mo_step_words(s->arena, step, last);

		if (step->requirement) {
			require(s, step);
			continue;
		}
		if (goes_on(s) && step->kind != STEP_LEGACY) {
			add(s, words, mo_sql_guard_savepoint);
			words = NULL;
		}
		guard_step(s, step, last);
		if (step->kind != STEP_DATA && step->writes.virtuals.count &&
		    mo_sql_is_insert(step->sql))
			fill(s, step, words);
		else if (step->kind == STEP_DATA)
			run_data(s, step, words);
		else
			add_statement(s, words, statement_of(s, step));
		if (step->kind == STEP_ASIDE)
			guard_aside(s, step);
		if (step->kind == STEP_COPY && step->move)
			guard_copy(s, step);
		if (step->leaves)
			guard(s,
			      mo_arena_format(s->arena, "%s%s is not remembered",
					      step->data ? "" : "what filled ", step->object),
			      step->leaves);
		last = step;
	}
}

static void count_orphans(struct script *s)
{
	if (s->runner != RUNNER_OF_ARRAYS)
		add(s, "what there is before", mo_sql_guard_before(s->arena, s->schema));
	if (mo_script_judges_references(s->plan))
		add(s, NULL,
		    mo_sql_guard_counts(s->arena, s->schema,
					mo_script_orphans(s->arena, s->plan, true)));
}

/* What the schema is changed for is there, and nothing else came or went. */
static void guard_change(struct script *s)
{
	const struct list *moves = &s->plan->moves;

	guard_done(s);
	guard_done_steps(s);
	each_table(s, guard_table);
	guard_work(s);
	for (int i = 0; i < moves->count; i++)
		guard_computed(s, moves->items[i]);
	for (int i = 0; i < moves->count; i++)
		guard_strict(s, moves->items[i]);
	guard_application(s);
}

/*
 * The last guard needs nothing but its table, and has it made where it could
 * not be made before: a guard that cannot be asked could not roll back.
 */
static void end(struct script *s)
{
	static const char words[] = "the upgrade did not come to its end, and nothing was changed";
	const int guards = s->guards.count + (s->runner != RUNNER_IN_C);

	if (s->runner == RUNNER_OF_ARRAYS)
		add(s, NULL, mo_sql_guard_shape(s->arena, SHAPE_AFTER, s->plan->shapes.query));
	if (s->runner != RUNNER_IN_C)
		guard(s, "the schema did not become the one wanted",
		      mo_arena_format(s->arena, "%s IS %Q%s", shape(s, SHAPE_AFTER),
				      s->plan->shapes.want, version_after(s)));
	if (s->runner == RUNNER_OF_ARRAYS) {
		for (int i = 0; i < 2; i++)
			add(s, NULL, mo_sql_guard_leaves[i]);
		return;
	}
	mo_list_add(s->arena, &s->guards, words);
	add(s, "all of it or nothing", mo_sql_guard_table_again(s->arena, guards + 1, words));
	add(s, NULL,
	    mo_sql_guard(s->arena, s->schema, guards + 1,
			 mo_arena_format(s->arena, "SELECT count(*) = %d FROM temp._moult_guard",
					 guards),
			 true));
}

static void where_it_stands(struct script *s)
{
	const char *query = s->plan->shapes.query;

	if (s->runner == RUNNER_OF_SCRIPTS)
		add(s, "where the file stands", mo_sql_guard_view(s->arena, query));
	if (s->runner != RUNNER_OF_ARRAYS)
		return;
	add(s, NULL, mo_sql_guard_before(s->arena, s->schema));
	add(s, NULL, mo_sql_guard_shape(s->arena, SHAPE_BEFORE, query));
}

void mo_script_lines(struct list *lines, struct arena *arena, const struct plan *plan, bool in_c)
{
	const enum runner runner = in_c			    ? RUNNER_IN_C
				   : plan->facts.statements ? RUNNER_OF_ARRAYS
							    : RUNNER_OF_SCRIPTS;
	const bool in_array = runner == RUNNER_OF_ARRAYS;
	struct script s = {plan, arena, lines, {0}, runner, in_array ? "main" : "temp"};
	struct script_line *table;

	if (in_array)
		add(&s, NULL, mo_sql_guard_defer);
	for (int i = 0; !in_array && i < 3; i++)
		add(&s, i ? NULL : "guards: each says in words what is wrong",
		    mo_sql_guard_drops[i]);
	table = add(&s, NULL, NULL);
	where_it_stands(&s);
	start(&s);
	count_orphans(&s);
	steps(&s, 0, plan->begins);
	guard_hazards(&s, TURN_OLD);
	each_table(&s, count_table);
	steps(&s, plan->begins, plan->ends);
	guard_change(&s);
	steps(&s, plan->ends, plan->steps.count);
	guard_references(&s);
	end(&s);
	if (table)
		table->sql = mo_arena_format(s.arena, "%s;",
					     mo_sql_guard_table(s.arena, s.schema, &s.guards));
}
