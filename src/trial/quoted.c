/* SPDX-License-Identifier: MIT */
/* quoted.c: see quoted.h. */
#include "trial/quoted.h"

#include "base/text.h"
#include "diff/describe.h"
#include "live/connect.h"
#include "live/stand_in.h"
#include "model/form.h"
#include "sql/mention.h"
#include "sql/token.h"
#include "sql/write.h"
#include "trial/compile.h"

/* ---- names that turn into text ------------------------------------------------------------- */

/* A column that its table has no more, and had, or would have had where the table is new. */
struct gone {
	const struct table *table;
	const char *column;
};

static void add_gone(struct list *all, const struct plan *plan, const struct table *table,
		     const char *column)
{
	struct gone *one =
		mo_table_column(table, column) ? NULL : mo_arena_make(plan->arena, struct gone);

	if (!one)
		return;
	*one = (struct gone){table, column};
	mo_list_add(plan->arena, all, one);
}

static void add_columns(struct list *all, const struct plan *plan, const struct table *table,
			const struct table *had)
{
	for (int i = 0; had && i < had->columns.count; i++)
		add_gone(all, plan, table, ((struct column *)had->columns.items[i])->object.name);
}

/* Of a new table only the document can tell. */
static void add_former(struct list *all, const struct plan *plan, const struct table *table)
{
	const struct list *stones = &plan->diff->want->tombstones;

	EACH (const struct object, column, &table->columns) {
		for (int w = 0; w < column->was.count; w++)
			add_gone(all, plan, table, column->was.items[w]);
	}
	EACH (const struct tombstone, stone, stones)
		if (stone->column && mo_same_name(stone->table, table->object.name))
			add_gone(all, plan, table, stone->column);
}

static void find_gone(struct list *all, const struct plan *plan)
{
	const struct diff *diff = plan->diff;

	EACH (const struct table, table, &diff->goal->objects[KIND_TABLE]) {
		const char *name = table->object.name;
		const struct table *had = mo_schema_table(diff->renamed, name);

		if (!had) {
			add_former(all, plan, table);
			continue;
		}
		add_columns(all, plan, table, had);
		if (diff->renamed != diff->have)
			add_columns(all, plan, table,
				    mo_schema_table(diff->have, mo_diff_former_table(diff, name)));
	}
}

/*
 * The next name in double quotes, from *at on, that is spelled like a column which has gone, of the
 * table given or of any that the text mentions; NULL where there is no more.
 */
static const char *next_quoted(const char **at, const struct plan *plan, const struct list *all,
			       const struct table *table, const char *sql)
{
	struct token token = mo_token_next(sql && strchr(*at, '"') ? *at : "");

	for (; token.kind != TOKEN_END; token = mo_token_next(token.text + token.length)) {
		const char *name = token.kind == TOKEN_NAME && *token.text == '"'
					   ? mo_token_unquote(plan->arena, &token)
					   : NULL;

		for (int i = 0; name && i < all->count; i++) {
			const struct gone *gone = all->items[i];

			if (!mo_same_name(gone->column, name) ||
			    !(table ? gone->table == table
				    : mo_mentions(sql, gone->table->object.name)))
				continue;
			*at = token.text + token.length;
			return name;
		}
	}
	return NULL;
}

static const char *quoted(const struct plan *plan, const struct list *all,
			  const struct table *table, const char *sql)
{
	const char *at = sql;

	return next_quoted(&at, plan, all, table, sql);
}

static const char *text_of(const struct plan *plan, const struct object *object)
{
	return object->sql ? object->sql : mo_sql_create(plan->arena, object);
}

static void add_text(struct plan *plan, const struct object *object, const char *what,
		     const char *name)
{
	struct hazard *hazard = mo_hazard_of(
		plan, DIAG_MF114, object,
		mo_arena_format(
			plan->arena,
			"%s would take \"%s\" for the text '%s' in every row: SQLite does so "
			"with a name in double quotes that is no column's",
			what, name, name));

	if (!hazard)
		return;
	hazard->place = object->place;
	hazard->hint = mo_broken_hint(plan, object);
}

static void judge_table(struct plan *plan, const struct list *all, const struct table *table)
{
	const char *name;

	EACH (const struct constraint, constraint, &table->constraints) {
		name = quoted(plan, all, table, constraint->check.text);
		if (name)
			add_text(plan, &table->object, mo_constraint_text(plan->arena, constraint),
				 name);
	}
	EACH (const struct column, column, &table->columns) {
		name = quoted(plan, all, table, column->generated.text);
		if (name)
			add_text(plan, &table->object,
				 mo_arena_format(plan->arena, "column %s", column->object.name),
				 name);
	}
}

static void judge_index(struct plan *plan, const struct list *all, const struct index *index)
{
	const struct table *table = mo_schema_table(plan->diff->goal, index->table);
	const char *name = table ? quoted(plan, all, table, index->where.text) : NULL;

	for (int i = 0; table && !name && i < index->terms.count; i++)
		name = quoted(plan, all, table, ((struct term *)index->terms.items[i])->expr.text);
	if (name)
		add_text(plan, &index->object, "it", name);
}

/*
 * Views and triggers in which such a name stands; it may be an alias, or the column of another
 * table.
 */
static void find_suspects(struct list *suspects, const struct plan *plan, const struct list *all)
{
	static const enum kind kinds[] = {KIND_VIEW, KIND_TRIGGER};

	for (int k = 0; k < 2; k++)
		EACH (const struct object, object, &plan->diff->goal->objects[kinds[k]])
			if (quoted(plan, all, NULL, text_of(plan, object)))
				mo_list_add(plan->arena, suspects, object);
}

static bool reads(const struct list *readings, const struct object *object, const char *column)
{
	int first;
	const int count = mo_readings_of(&first, readings, object->name);

	for (int i = 0; i < count; i++)
		if (mo_same_name(((struct reading *)readings->items[first + i])->column, column))
			return true;
	return false;
}

/*
 * The first such name that an object which was there before read a column by, and reads none any
 * more; of a new one the first.
 */
static const char *name_lost(const struct plan *plan, const struct before *before,
			     const struct before *after, const struct list *gone,
			     const struct object *object)
{
	const bool is_new = !mo_schema_find(plan->diff->have, object->kind, object->name);
	const char *sql = text_of(plan, object);
	const char *at = sql;
	const char *name;

	while ((name = next_quoted(&at, plan, gone, NULL, sql)))
		if (is_new || (reads(&before->readings, object, name) &&
			       !reads(&after->readings, object, name)))
			return name;
	return NULL;
}

/* None of them is right unless it compiles without "text" in double quotes. */
static int judge_suspects(struct plan *plan, struct moult *m, const struct before *before,
			  const struct before *after, sqlite3 *db, const struct list *gone,
			  const struct list *suspects)
{
	struct list strict = {0};
	int rc;

	mo_reference_take_strings(db, false);
	rc = mo_compile(&strict, NULL, plan->arena, m, db, plan->diff->goal);
	mo_reference_take_strings(db, true);
	for (int i = 0; !rc && i < suspects->count; i++) {
		const struct object *object = suspects->items[i];
		const struct broken one = {object, NULL, NULL, false};
		const char *name = name_lost(plan, before, after, gone, object);

		if (name && mo_was_broken(&strict, &one) && !mo_was_broken(&after->broken, &one))
			add_text(plan, object, "it", name);
	}
	return rc;
}

static int judge_strings(struct plan *plan, struct moult *m, const struct before *before,
			 const struct before *after, sqlite3 *db)
{
	const struct schema *goal = plan->diff->goal;
	struct list gone = {0};
	struct list suspects = {0};

	find_gone(&gone, plan);
	if (!gone.count)
		return MOULT_OK;
	for (int i = 0; i < goal->objects[KIND_TABLE].count; i++)
		judge_table(plan, &gone, goal->objects[KIND_TABLE].items[i]);
	for (int i = 0; i < goal->objects[KIND_INDEX].count; i++)
		judge_index(plan, &gone, goal->objects[KIND_INDEX].items[i]);
	find_suspects(&suspects, plan, &gone);
	return suspects.count ? judge_suspects(plan, m, before, after, db, &gone, &suspects)
			      : MOULT_OK;
}

/* ---- texts that turn into names --------------------------------------------------------------- */

/* Columns that come into tables which the file has. */
static void find_coming(struct list *all, const struct plan *plan)
{
	EACH (const struct table, table, &plan->diff->goal->objects[KIND_TABLE]) {
		const struct table *had = mo_schema_table(plan->diff->renamed, table->object.name);

		for (int i = 0; had && i < table->columns.count; i++) {
			const struct column *column = table->columns.items[i];
			struct gone *one = mo_table_column(had, column->object.name)
						   ? NULL
						   : mo_arena_make(plan->arena, struct gone);

			if (!one)
				continue;
			*one = (struct gone){table, column->object.name};
			mo_list_add(plan->arena, all, one);
		}
	}
}

static void add_name(struct plan *plan, const struct object *object, const char *what,
		     const char *name)
{
	struct hazard *hazard = mo_hazard_of(
		plan, DIAG_MF114, object,
		mo_arena_format(plan->arena,
				"%s would take \"%s\" for the column that comes, where it is the "
				"text '%s' now",
				what, name, name));

	if (!hazard)
		return;
	hazard->place = object->place;
	hazard->hint = mo_arena_format(
		plan->arena, "write a text in single quotes, '%s', and a column without any", name);
}

static bool has_check(const struct table *had, const struct constraint *constraint)
{
	EACH (const struct constraint, one, &had->constraints)
		if (one->kind == CONSTRAINT_CHECK &&
		    mo_same(one->check.norm, constraint->check.norm))
			return true;
	return false;
}

/* What stands there anew was written by somebody who knows the column. */
static void judge_texts_of(struct plan *plan, const struct list *coming, const struct table *table)
{
	const struct table *had = mo_schema_table(plan->diff->renamed, table->object.name);
	const char *name;

	if (!had)
		return;
	EACH (const struct constraint, constraint, &table->constraints) {
		name = quoted(plan, coming, table, constraint->check.text);
		if (name && has_check(had, constraint))
			add_name(plan, &table->object, mo_constraint_text(plan->arena, constraint),
				 name);
	}
	EACH (const struct column, column, &table->columns) {
		const struct column *was = mo_table_column(had, column->object.name);

		name = quoted(plan, coming, table, column->generated.text);
		if (name && was && mo_same(was->generated.norm, column->generated.norm))
			add_name(plan, &table->object,
				 mo_arena_format(plan->arena, "column %s", column->object.name),
				 name);
	}
}

static void judge_texts_in(struct plan *plan, const struct list *coming, const struct index *index)
{
	const struct object *had =
		mo_schema_find(plan->diff->renamed, KIND_INDEX, index->object.name);
	const struct table *table = mo_schema_table(plan->diff->goal, index->table);
	const char *name = table ? quoted(plan, coming, table, index->where.text) : NULL;

	for (int i = 0; table && !name && i < index->terms.count; i++)
		name = quoted(plan, coming, table,
			      ((struct term *)index->terms.items[i])->expr.text);
	if (name && had &&
	    mo_same(mo_form_object(plan->arena, had), mo_form_object(plan->arena, &index->object)))
		add_name(plan, &index->object, "it", name);
}

static void judge_texts(struct plan *plan)
{
	struct list coming = {0};

	find_coming(&coming, plan);
	for (int i = 0; coming.count && i < plan->diff->goal->objects[KIND_TABLE].count; i++)
		judge_texts_of(plan, &coming, plan->diff->goal->objects[KIND_TABLE].items[i]);
	for (int i = 0; coming.count && i < plan->diff->goal->objects[KIND_INDEX].count; i++)
		judge_texts_in(plan, &coming, plan->diff->goal->objects[KIND_INDEX].items[i]);
}

/* ---- what nobody can tell ------------------------------------------------------------------ */

/* A table-valued function that is not loaded is a table to SQLite. */
static bool lacks_function(const struct plan *plan, const struct broken *one)
{
	static const char words[] = "no such table: main."; /* views are of one schema */
	const char *name = strstr(one->message, words);
	const struct tokens tokens = mo_tokens(plan->arena, text_of(plan, one->object));

	for (int i = 0; name && i < tokens.count; i++)
		if (mo_token_is(&tokens.items[i + 1], "(") && mo_token_is_name(&tokens.items[i]) &&
		    mo_same_name(mo_token_unquote(plan->arena, &tokens.items[i]),
				 name + strlen(words)))
			return true;
	return false;
}

/* SQLite came no further than to what is not loaded, and the text speaks of a column that goes. */
static void add_unknown(struct plan *plan, const struct list *all, const struct broken *one)
{
	const char *sql = text_of(plan, one->object);
	struct hazard *hazard;

	EACH (const struct gone, gone, all) {
		if (!mo_mentions(sql, gone->column) || !mo_mentions(sql, gone->table->object.name))
			continue;
		hazard = mo_hazard_of(
			plan, DIAG_MS106, one->object,
			mo_arena_format(
				plan->arena,
				"it names %s, as a column of %s that goes is called, and whether "
				"it works then nobody can tell here: %s",
				gone->column, gone->table->object.name, one->message));
		if (!hazard)
			return;
		hazard->place = one->object->place;
		hazard->hint = "declare it as it must be then, in the same document; to have it "
			       "judged, " MO_LOAD_EXTENSION;
		return;
	}
}

static void judge_unknown(struct plan *plan, const struct before *before,
			  const struct before *after)
{
	struct list gone = {0};

	find_gone(&gone, plan);
	EACH (const struct broken, one, &after->broken) {
		if (one->is_unknown || (!one->column && mo_was_broken(&before->broken, one) &&
					lacks_function(plan, one)))
			add_unknown(plan, &gone, one);
	}
}

int mo_quoted_judge(struct plan *plan, struct moult *m, const struct before *before,
		    const struct before *after, sqlite3 *db)
{
	judge_unknown(plan, before, after);
	judge_texts(plan);
	return judge_strings(plan, m, before, after, db);
}
