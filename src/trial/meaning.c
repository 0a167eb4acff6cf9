/* SPDX-License-Identifier: MIT */
/* meaning.c: see meaning.h. */
#include "trial/meaning.h"

#include "base/text.h"
#include "diff/describe.h"
#include "live/connect.h"
#include "model/form.h"
#include "sql/mention.h"
#include "sql/token.h"
#include "sql/write.h"
#include "trial/compile.h"

struct judge {
	struct plan *plan;
	struct arena *arena;
	sqlite3 *db;
	const struct before *before;
	const struct before *after;
	const struct object *object; /* the view or trigger */
	const char *sql;
	struct tokens tokens; /* of it */
	int rc;
};

static void tell(const struct judge *judge, enum diag_id id, const char *words, const char *hint)
{
	struct hazard *hazard = mo_hazard_of(judge->plan, id, judge->object, words);

	if (!hazard)
		return;
	hazard->place = judge->object->place;
	hazard->hint = hint;
}

static void say(const struct judge *judge, enum diag_id id, const char *words)
{
	tell(judge, id, words, "say it with the names of the columns, in the same document");
}

/* ---- places -------------------------------------------------------------------------------- */

/* The columns of a table that take a value, in the order in which they stand. */
static void columns_now(struct judge *judge, struct list *names, const struct table *table)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_stmt *stmt = NULL;
	const char *text;
	int rc;

	sqlite3_str_appendall(sql, "SELECT * FROM ");
	mo_write_name(sql, table->object.name);
	text = mo_arena_take(judge->arena, sql);
	rc = text ? sqlite3_prepare_v2(judge->db, text, -1, &stmt, NULL) : SQLITE_OK;
	for (int i = 0; !rc && i < sqlite3_column_count(stmt); i++) {
		const char *name = sqlite3_column_name(stmt, i);
		const struct column *column = name ? mo_table_column(table, name) : NULL;

		if (column && !column->generated.text)
			mo_list_add(judge->arena, names, column->object.name);
	}
	if (!judge->rc && mo_is_trouble(rc))
		judge->rc = rc;
	sqlite3_finalize(stmt);
}

/*
 * Whether a value at some place of a table would be another column's; where their number changed
 * SQLite says so.
 */
static bool places_change(struct judge *judge, const struct table *table)
{
	const struct table *had = mo_schema_table(judge->plan->diff->renamed, table->object.name);
	struct list now = {0};
	bool changed = false;
	int at = 0;

	if (!had || !mo_plan_move(judge->plan, table->object.name))
		return false;
	columns_now(judge, &now, table);
	EACH (const struct column, column, &had->columns) {
		if (column->generated.text)
			continue;
		changed |= at < now.count && !mo_same_name(now.items[at], column->object.name);
		at++;
	}
	return changed && at == now.count;
}

/*
 * The table of INSERT INTO t, or INSERT INTO t AS x, without a list of columns; NULL where there
 * is one.
 */
static const struct table *inserted(const struct judge *judge, int into)
{
	const struct token *token = &judge->tokens.items[into + 1];
	const struct token *next;

	if (!mo_token_is_name(token))
		return NULL;
	next = token + 1;
	if (mo_token_is(next, "AS"))
		next += 2;
	if (!mo_token_is(next, "VALUES") && !mo_token_is(next, "SELECT") &&
	    !mo_token_is(next, "WITH"))
		return NULL;
	return mo_schema_table(judge->plan->diff->goal, mo_token_unquote(judge->arena, token));
}

static void judge_inserts(struct judge *judge)
{
	for (int i = 0; i + 2 < judge->tokens.count; i++) {
		const struct table *table =
			mo_token_is(&judge->tokens.items[i], "INTO") ? inserted(judge, i) : NULL;

		if (table && places_change(judge, table)) {
			say(judge, DIAG_MF114,
			    mo_arena_format(
				    judge->arena,
				    "its INSERT into %s names no columns, and others stand at their places "
				    "then: its values would go into other columns",
				    table->object.name));
			return;
		}
	}
}

/* ---- what an INSERT must name -------------------------------------------------------------- */

/* The names in the parentheses that begin at a token. */
static void listed(struct list *names, const struct judge *judge, const struct token *token)
{
	for (token++; token->kind != TOKEN_END && !mo_token_is(token, ")"); token++)
		if (mo_token_is_name(token))
			mo_list_add(judge->arena, names, mo_token_unquote(judge->arena, token));
}

/* The first column that an INSERT INTO t (list) leaves out, and that is required only now. */
static const struct column *left_out(const struct judge *judge, const struct table *table,
				     const struct token *list)
{
	const struct table *had = mo_schema_table(judge->plan->diff->renamed, table->object.name);
	struct list names = {0};

	listed(&names, judge, list);
	for (int i = 0; had && i < table->columns.count; i++) {
		const struct column *column = table->columns.items[i];
		const struct column *was = mo_table_column(had, column->object.name);

		if (mo_column_is_required(table, column) &&
		    !(was && mo_column_is_required(had, was)) &&
		    !mo_names_have(&names, column->object.name))
			return column;
	}
	return NULL;
}

static void judge_lists(struct judge *judge)
{
	for (int i = 0; i + 2 < judge->tokens.count; i++) {
		const struct token *token = &judge->tokens.items[i];
		const struct table *table;
		const struct column *column;

		if (!mo_token_is(token, "INTO") || !mo_token_is_name(token + 1))
			continue;
		table = mo_schema_table(judge->plan->diff->goal,
					mo_token_unquote(judge->arena, token + 1));
		token += mo_token_is(token + 2, "AS") ? 4 : 2;
		column = table && mo_token_is(token, "(") ? left_out(judge, table, token) : NULL;
		if (!column)
			continue;
		tell(judge, DIAG_MF114,
		     mo_arena_format(judge->arena,
				     "its INSERT into %s does not name %s, which is required then: "
				     "it would fail on every row",
				     table->object.name, column->object.name),
		     mo_arena_format(
			     judge->arena,
			     "give %s a default, or declare the %s anew with it, in the same "
			     "document",
			     column->object.name, mo_kind_names[judge->object->kind]));
		return;
	}
}

/* A trigger compares UPDATE OF with the names that an UPDATE sets, and none sets a generated column. */
static void judge_update_of(struct judge *judge)
{
	const struct trigger *trigger = (const struct trigger *)judge->object;
	const struct table *table, *had;

	if (judge->object->kind != KIND_TRIGGER)
		return;
	table = mo_schema_table(judge->plan->diff->goal, trigger->table);
	had = mo_schema_table(judge->plan->diff->renamed, trigger->table);
	for (int i = 0; table && had && i < trigger->columns.count; i++) {
		const char *name = trigger->columns.items[i];
		const struct column *now = mo_table_column(table, name);
		const struct column *was = mo_table_column(had, name);

		if (now && was && now->generated.text && !was->generated.text)
			tell(judge, DIAG_MF114,
			     mo_arena_format(
				     judge->arena,
				     "it would not fire for %s any more: UPDATE OF names it, "
				     "and no UPDATE sets a generated column",
				     name),
			     "declare it anew in the same document, for the columns from which the "
			     "value is made");
	}
}

/* SELECT *, SELECT a, *, SELECT t.*; not a product, nor count(*). */
static bool has_star(const struct judge *judge)
{
	for (int i = 1; i < judge->tokens.count; i++) {
		const struct token *token = &judge->tokens.items[i];

		if (mo_token_is(token, "*") &&
		    (mo_token_is(token - 1, "SELECT") || mo_token_is(token - 1, "DISTINCT") ||
		     mo_token_is(token - 1, "ALL") || mo_token_is(token - 1, ",") ||
		     mo_token_is(token - 1, ".")))
			return true;
	}
	return false;
}

static bool goes_by_place(const struct judge *judge)
{
	if (!has_star(judge))
		return false;
	if (judge->object->kind == KIND_VIEW && ((const struct view *)judge->object)->columns.count)
		return true;
	return mo_tokens_have(&judge->tokens, "INSERT") ||
	       mo_tokens_have(&judge->tokens, "UNION") ||
	       mo_tokens_have(&judge->tokens, "INTERSECT") ||
	       mo_tokens_have(&judge->tokens, "EXCEPT");
}

static void judge_stars(struct judge *judge)
{
	int first;
	const int count = goes_by_place(judge) ? mo_readings_of(&first, &judge->after->readings,
								judge->object->name)
					       : 0;

	for (int i = 0; i < count; i++) {
		const struct reading *reading = judge->after->readings.items[first + i];
		const struct table *table =
			mo_schema_table(judge->plan->diff->goal, reading->table);

		if (table && places_change(judge, table)) {
			say(judge, DIAG_MS105,
			    mo_arena_format(
				    judge->arena,
				    "SELECT * takes the columns of %s by their places, where others "
				    "stand then",
				    table->object.name));
			return;
		}
	}
}

/* ---- joins --------------------------------------------------------------------------------- */

static bool has_column(const struct schema *schema, const char *table, const char *column)
{
	const struct table *found = mo_schema_table(schema, table);

	return found && mo_table_column(found, column);
}

/*
 * The first column of one table that both have in one schema and not in the other; NULL where
 * there is none.
 */
static const char *joined_otherwise(const struct table *one, const char *other,
				    const struct schema *now, const struct schema *then)
{
	for (int i = 0; i < one->columns.count; i++) {
		const char *name = ((struct column *)one->columns.items[i])->object.name;

		if (has_column(now, other, name) &&
		    !(has_column(then, one->object.name, name) && has_column(then, other, name)))
			return name;
	}
	return NULL;
}

static const char *joint(const struct judge *judge, const struct table *one,
			 const struct table *other)
{
	const struct schema *had = judge->plan->diff->renamed;
	const struct schema *goal = judge->plan->diff->goal;
	const struct table *before = mo_schema_table(had, one->object.name);
	const char *name;

	if (!before || !mo_schema_table(had, other->object.name))
		return NULL;
	name = joined_otherwise(one, other->object.name, goal, had);
	return name ? name : joined_otherwise(before, other->object.name, had, goal);
}

static void judge_joins(struct judge *judge)
{
	const struct list *tables = &judge->plan->diff->goal->objects[KIND_TABLE];
	struct list sides = {0};

	if (!mo_tokens_have(&judge->tokens, "NATURAL"))
		return;
	EACH (const struct object, table, tables)
		if (mo_mentions(judge->sql, table->name))
			mo_list_add(judge->arena, &sides, table);
	for (int i = 0; i < sides.count; i++)
		for (int j = i + 1; j < sides.count; j++) {
			const struct table *one = sides.items[i];
			const struct table *other = sides.items[j];
			const char *name = joint(judge, one, other);

			if (!name)
				continue;
			say(judge, DIAG_MS105,
			    mo_arena_format(
				    judge->arena,
				    "NATURAL JOIN compares the columns that both sides have, "
				    "and for %s and %s that changes with %s",
				    one->object.name, other->object.name, name));
			return;
		}
}

/* ---- names that a nearer column takes ------------------------------------------------------ */

static bool reads(const struct list *readings, const char *object, const char *table,
		  const char *column)
{
	int first;
	const int count = mo_readings_of(&first, readings, object);

	for (int i = 0; i < count; i++) {
		const struct reading *one = readings->items[first + i];

		if (mo_same_name(one->table, table) && mo_same_name(one->column, column))
			return true;
	}
	return false;
}

/* What a reading of before is called after the renames. */
static struct reading present(const struct diff *diff, const struct reading *reading)
{
	struct reading now = *reading;
	const struct table *table;

	now.table = mo_diff_present_table(diff, reading->table);
	table = mo_schema_table(diff->renamed, now.table);
	for (int i = 0; table && i < table->columns.count; i++) {
		const char *name = ((struct column *)table->columns.items[i])->object.name;

		if (mo_same_name(mo_diff_former_column(diff, now.table, name), reading->column))
			now.column = name;
	}
	return now;
}

/*
 * Whether a column that is new can be what a name stood for until now: the rowid, or a column of
 * that name elsewhere.
 */
static bool takes(const struct judge *judge, const struct reading *lost, const char *table,
		  const char *column)
{
	const struct table *had = mo_schema_table(judge->plan->diff->renamed, table);
	const struct column *key;

	if (mo_same_name(lost->column, column))
		return !mo_same_name(lost->table, table);
	if (!mo_is_rowid_name(column) || !mo_same_name(lost->table, table) || !had)
		return false;
	key = mo_table_rowid_column(had);
	return mo_is_rowid_name(lost->column) ||
	       (key && mo_same_name(key->object.name, lost->column));
}

/*
 * What the object read before by the name that the new column has: without SELECT * nothing else
 * brings it in.
 */
static const struct reading *taken(const struct judge *judge, const char *table, const char *column)
{
	int first;
	const int count = mo_readings_of(&first, &judge->before->readings, judge->object->name);

	for (int i = 0; i < count; i++) {
		const struct reading now =
			present(judge->plan->diff, judge->before->readings.items[first + i]);

		if (takes(judge, &now, table, column) &&
		    !(has_star(judge) &&
		      reads(&judge->after->readings, judge->object->name, now.table, now.column)))
			return judge->before->readings.items[first + i];
	}
	return NULL;
}

static bool comes(const struct judge *judge, const struct reading *one)
{
	return has_column(judge->plan->diff->goal, one->table, one->column) &&
	       mo_schema_table(judge->plan->diff->renamed, one->table) &&
	       !has_column(judge->plan->diff->renamed, one->table, one->column);
}

static const char *taken_words(const struct judge *judge, const struct reading *one)
{
	const struct reading *before = taken(judge, one->table, one->column);

	if (before)
		return mo_arena_format(
			judge->arena,
			"it would read %s of %s, which comes, where %s of %s is meant now",
			one->column, one->table, before->column, before->table);
	return mo_mentions(judge->sql, one->column)
		       ? mo_arena_format(
				 judge->arena,
				 "it would read %s of %s, which comes, where %s is an alias or a "
				 "text now",
				 one->column, one->table, one->column)
		       : NULL;
}

/* Nobody who did not know of a column can mean it. */
static void judge_names(struct judge *judge)
{
	int first;
	const int count = mo_readings_of(&first, &judge->after->readings, judge->object->name);

	for (int i = 0; i < count; i++) {
		const struct reading *one = judge->after->readings.items[first + i];
		const char *words = comes(judge, one) ? taken_words(judge, one) : NULL;

		if (!words)
			continue;
		say(judge, DIAG_MS105, words);
		return;
	}
}

/* ---- all of them --------------------------------------------------------------------------- */

/* Nobody changed it, and SQLite has nothing against it, now or then. */
static bool is_untouched(const struct judge *judge)
{
	const struct object *object = judge->object;
	const struct object *before =
		mo_schema_find(judge->plan->diff->renamed, object->kind, object->name);
	const struct broken one = {object, NULL, NULL, false};

	return before && !mo_was_broken(&judge->before->broken, &one) &&
	       !mo_was_broken(&judge->after->broken, &one) &&
	       mo_same(mo_form_object(judge->arena, before), mo_form_object(judge->arena, object));
}

int mo_meaning_judge(struct plan *plan, struct moult *m, const struct before *before,
		     const struct before *after, sqlite3 *db)
{
	static const enum kind kinds[] = {KIND_VIEW, KIND_TRIGGER};
	struct judge judge = {
		.plan = plan, .arena = plan->arena, .db = db, .before = before, .after = after};

	for (int k = 0; plan->moves.count && k < 2; k++)
		for (int i = 0; i < plan->diff->goal->objects[kinds[k]].count; i++) {
			judge.object = plan->diff->goal->objects[kinds[k]].items[i];
			judge.sql = judge.object->sql ? judge.object->sql
						      : mo_sql_create(plan->arena, judge.object);
			if (!judge.sql || !is_untouched(&judge))
				continue;
			judge.tokens = mo_tokens(plan->arena, judge.sql);
			judge_inserts(&judge);
			judge_lists(&judge);
			judge_update_of(&judge);
			judge_stars(&judge);
			judge_joins(&judge);
			judge_names(&judge);
		}
	return judge.rc ? mo_diag_sqlite(&m->diags, db, judge.rc, DIAG_RUN017, NULL,
					 "compile the views and triggers")
			: MOULT_OK;
}
