/* SPDX-License-Identifier: MIT */
/* pairs.c: see pairs.h. */
#include "online/pairs.h"

#include "base/text.h"
#include "diff/describe.h"
#include "diff/verdict.h"
#include "live/connect.h"
#include "model/form.h"
#include "plan/query.h"
#include "sql/mention.h"
#include "sql/old_row.h"
#include "sql/token.h"
#include "sql/write.h"

#define NEW_ROW "new"
#define OFFLINE "apply it without --side-by-side, when no old code runs"

/* A column that one side knows and the other does not. */
struct candidate {
	struct stepped stepped;
	const struct column *column;
	const char *was; /* of a new one: the old one that it is called after; or NULL */
	bool is_old;
	int group; /* equal ones are kept in step together */
};

struct pairing {
	struct arena *arena;
	struct diags *diags;
	const struct diff *diff;
	const struct table *have;
	const struct table *goal;
	struct list candidates;
	int rc;
};

int mo_side_refuse(struct diags *diags, const struct moult_place *place, const char *label,
		   const char *why, const char *hint)
{
	mo_diag(diags, DIAG_RUN100, place, label, "%s cannot be changed side by side: %s", label,
		why);
	mo_diag_hint(diags, "%s", hint ? hint : OFFLINE);
	return mo_diag_kinds[DIAG_RUN100].result;
}

static void refuse(struct pairing *p, const struct column *column, const char *why,
		   const char *hint)
{
	p->rc = mo_side_refuse(p->diags, &column->object.place,
			       mo_label_column(p->arena, p->goal->object.name, column->object.name),
			       why, hint);
}

/* ---- the columns of one side only ---------------------------------------------------------- */

static const char *renamed_from(const struct pairing *p, const char *name)
{
	EACH (const struct rename, rename, &p->diff->renames)
		if (mo_same_name(rename->table, p->goal->object.name) &&
		    mo_same_name(rename->want, name))
			return rename->have;
	return NULL;
}

static const char *renamed_to(const struct pairing *p, const char *name)
{
	EACH (const struct rename, rename, &p->diff->renames)
		if (mo_same_name(rename->table, p->goal->object.name) &&
		    mo_same_name(rename->have, name))
			return rename->want;
	return NULL;
}

static const struct sql *back_of_dropped(const struct pairing *p, const char *name)
{
	EACH (const struct tombstone, stone, &p->diff->want->tombstones)
		if (mo_same_name(stone->table, p->goal->object.name) &&
		    mo_same_name(stone->column, name))
			return &stone->back;
	return NULL;
}

/* A text after DEFAULT as an expression: a word that is no constant is a string there. */
static const char *as_expression(struct arena *arena, const struct column *column)
{
	static const char *const constants[] = {
		"null", "true", "false", "current_time", "current_date", "current_timestamp"};
	const char *text = column->value.text;
	const struct token token = mo_token_next(text);

	for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++)
		if (mo_token_is(&token, constants[i]))
			return text;
	if (token.kind != TOKEN_WORD && token.kind != TOKEN_NAME)
		return text;
	return mo_arena_format(arena, "%Q", mo_token_unquote(arena, &token));
}

static struct candidate *add(struct pairing *p, const struct table *table,
			     const struct column *column, bool is_old)
{
	struct candidate *one = mo_arena_make(p->arena, struct candidate);
	const bool is_required = mo_column_is_required(table, column);

	if (!one)
		return NULL;
	one->column = column;
	one->is_old = is_old;
	one->group = p->candidates.count;
	one->stepped.name = column->object.name;
	one->stepped.is_unset = !is_old || is_required;
	if (!is_required)
		one->stepped.fallback =
			column->value.text ? as_expression(p->arena, column) : "NULL";
	mo_list_add(p->arena, &p->candidates, one);
	return one;
}

static bool is_said(const struct sql *sql)
{
	return sql && sql->text && !mo_same_name(sql->text, "none");
}

static void take_old(struct pairing *p, const struct column *column)
{
	const char *name = column->object.name, *after = renamed_to(p, name);
	const struct column *goal = after ? mo_table_column(p->goal, after) : NULL;
	const struct sql *back = goal ? &goal->back : back_of_dropped(p, name);
	struct candidate *one;

	if (mo_table_column(p->goal, name) || (!goal && column->generated.text))
		return;
	one = add(p, p->have, column, true);
	if (!one)
		return;
	if (is_said(back))
		one->stepped.value = mo_sql_unqualified(p->arena, back->text, NEW_ROW);
	else if (goal && back->text)
		refuse(p, goal, "it has back=\"none\"", NULL);
	else if (goal)
		one->stepped.value = mo_query_name(p->arena, after);
}

static void take_new(struct pairing *p, const struct column *column)
{
	const char *name = column->object.name, *before = renamed_from(p, name);
	struct candidate *one;

	if (mo_table_column(p->have, name)) {
		if (before)
			refuse(p, column, "old code has another column of that name", NULL);
		return;
	}
	if (!before && (!column->using.text || column->generated.text))
		return;
	one = add(p, p->goal, column, false);
	if (!one)
		return;
	one->was = before;
	if (is_said(&column->using))
		one->stepped.value = mo_sql_unqualified(p->arena, column->using.text, MO_OLD_ROW);
	else if (before)
		one->stepped.value = mo_query_name(p->arena, before);
}

/* ---- groups -------------------------------------------------------------------------------- */

static void join(struct pairing *p, const struct candidate *one, const struct candidate *other)
{
	const int to = one->group, from = other->group;

	EACH (struct candidate, candidate, &p->candidates)
		if (candidate->group == from)
			candidate->group = to;
}

static bool reads(const struct candidate *one, const struct candidate *other)
{
	return (one->was && mo_same_name(one->was, other->stepped.name)) ||
	       (one->stepped.value && mo_mentions(one->stepped.value, other->stepped.name));
}

static void join_all(struct pairing *p)
{
	EACH (struct candidate, one, &p->candidates)
		EACH (struct candidate, other, &p->candidates)
			if (one->is_old != other->is_old && reads(one, other))
				join(p, one, other);
}

static bool has_side(const struct pairing *p, int group, bool is_old)
{
	EACH (const struct candidate, one, &p->candidates)
		if (one->group == group && one->is_old == is_old)
			return true;
	return false;
}

/* A column that goes alone, and that nobody needs meanwhile. */
static bool is_left_alone(const struct pairing *p, const struct candidate *one)
{
	return !one->stepped.value && one->is_old && !has_side(p, one->group, false) &&
	       !one->stepped.is_unset;
}

/* A value that is a name with the same affinity is the very value. */
static void note_copies(struct pairing *p)
{
	EACH (struct candidate, one, &p->candidates)
		EACH (const struct candidate, other, &p->candidates)
			if (one->is_old != other->is_old && one->stepped.value &&
			    mo_same(one->stepped.value,
				    mo_query_name(p->arena, other->stepped.name)))
				one->stepped.is_copy =
					one->column->affinity == other->column->affinity;
}

/* ---- what cannot be ------------------------------------------------------------------------ */

static bool is_in_primary_key(const struct table *table, const char *column)
{
	const struct constraint *key = mo_table_primary_key(table);

	return key && mo_terms_have(&key->terms, column);
}

static bool names_one(const struct list *terms, const char *column)
{
	EACH (const struct term, term, terms)
		if (mo_term_names(term, column))
			return true;
	return false;
}

/* Whether a key keeps rows apart by more than the column itself. */
static bool is_by_expression(const struct index *index, const char *column)
{
	EACH (const struct term, term, &index->terms)
		if (!term->column && mo_term_names(term, column))
			return true;
	return index->where.text != NULL;
}

/*
 * Both sides have a key where new values are old ones under another name; others, equal on one side,
 * may be different on the other.
 */
static const char *why_not_unique(const struct table *table, const struct candidate *one)
{
	const char *name = one->stepped.name, *why = NULL;

	EACH (const struct constraint, constraint, &table->constraints)
		if (constraint->kind == CONSTRAINT_UNIQUE &&
		    mo_terms_have(&constraint->terms, name) && !one->stepped.is_copy)
			why = "it is UNIQUE, and its values are converted";
	EACH (const struct index, index, &table->object.indexes)
		if (index->unique &&
		    (names_one(&index->terms, name) || mo_mentions(index->where.text, name)) &&
		    (!one->stepped.is_copy || is_by_expression(index, name)))
			why = "it is in a unique index, and not as it is stored";
	return why;
}

/* A column of the same name that is not of the group: old or new code could write it alone. */
static const char *strange_column(const struct pairing *p, const struct candidate *one)
{
	const struct table *table = one->is_old ? p->goal : p->have;

	if (!has_side(p, one->group, !one->is_old))
		return NULL;
	EACH (const struct column, column, &table->columns) {
		bool is_own = !mo_names_column(one->stepped.value, column->object.name);

		EACH (const struct candidate, other, &p->candidates)
			is_own |= other->group == one->group && other->is_old != one->is_old &&
				  other->column == column;
		if (!is_own)
			return column->object.name;
	}
	return NULL;
}

/*
 * What SQLite takes for the key of an index is deterministic and reads no table; and a connection on
 * which nobody has made a function has those alone that every application has.
 */
static const char *why_not_everywhere(struct pairing *p, const struct candidate *one)
{
	const struct table *table = one->is_old ? p->goal : p->have;
	const char *why = NULL, *sql = mo_in_step_trial(p->arena, table, one->stepped.value);
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL);

	if (!rc && sql)
		rc = mo_exec(db, sql);
	if (rc)
		why = mo_arena_format(p->arena,
				      "SQLite would not run its expression in a trigger"
				      " of every application: %s",
				      sqlite3_errmsg(db));
	sqlite3_close(db);
	return why;
}

static void judge_value(struct pairing *p, const struct candidate *one)
{
	const char *word = one->is_old ? "back" : "using", *strange, *why = NULL;

	if (mo_reads_tables(one->stepped.value))
		why = mo_arena_format(p->arena, "its %s reads tables", word);
	else if (!mo_is_deterministic(one->stepped.value))
		why = mo_arena_format(p->arena, "its %s has another result each time", word);
	else if ((strange = strange_column(p, one)) != NULL)
		why = mo_arena_format(p->arena, "its %s reads %s, which can be written without it",
				      word, strange);
	else
		why = why_not_everywhere(p, one);
	if (why)
		refuse(p, one->column, why, NULL);
}

static void judge_candidate(struct pairing *p, const struct candidate *one)
{
	const struct table *table = one->is_old ? p->have : p->goal;
	const struct side_verdict *required = &mo_verdicts[VERDICT_REQUIRED_DROPPED].shared;

	if (!one->stepped.value && !has_side(p, one->group, !one->is_old))
		refuse(p, one->column, required->words, required->hint);
	else if (!one->stepped.value)
		refuse(p, one->column,
		       "new columns come of it, and nothing says how it comes of them",
		       "say in the back of its <dropped> what it is for a row of new code");
	else if (one->column->generated.text)
		refuse(p, one->column, "nobody may write a generated column", NULL);
	else if (is_in_primary_key(table, one->stepped.name))
		refuse(p, one->column, "it is in the primary key", NULL);
	else if (why_not_unique(table, one))
		refuse(p, one->column, why_not_unique(table, one), NULL);
	else
		judge_value(p, one);
}

/* A name of the rowid that is a column of neither side. */
static const char *rowid_of(const struct pairing *p)
{
	for (int i = 0; i < MO_ROWID_NAMES; i++)
		if (!mo_table_column(p->have, mo_rowid_names[i]) &&
		    !mo_table_column(p->goal, mo_rowid_names[i]))
			return mo_rowid_names[i];
	return NULL;
}

static void judge_table(struct pairing *p)
{
	const char *label = mo_label_object(p->arena, &p->have->object), *why = NULL;

	if (p->have->without_rowid || p->goal->without_rowid)
		why = "it is WITHOUT ROWID";
	else if (p->have->strict || p->goal->strict)
		why = "a STRICT table takes no value that says that none was given";
	else if (!rowid_of(p))
		why = "columns have all three names of the rowid";
	if (why)
		p->rc = mo_side_refuse(p->diags, &p->goal->object.place, label, why, NULL);
}

/* ---- all ----------------------------------------------------------------------------------- */

static struct in_step *make_group(struct pairing *p, int number, int group)
{
	struct in_step *made = mo_arena_make(p->arena, struct in_step);

	if (!made)
		return NULL;
	made->table = p->have->object.name;
	made->rowid = rowid_of(p);
	made->number = number;
	EACH (struct candidate, one, &p->candidates)
		if (one->group == group)
			mo_list_add(p->arena, one->is_old ? &made->olds : &made->news,
				    &one->stepped);
	return made;
}

static bool is_first_of_group(const struct pairing *p, const struct candidate *first)
{
	EACH (const struct candidate, one, &p->candidates)
		if (one->group == first->group)
			return one == first;
	return false;
}

static void group_all(struct pairing *p, struct side_table *table)
{
	EACH (const struct candidate, one, &p->candidates)
		if (is_first_of_group(p, one))
			mo_list_add(p->arena, &table->groups,
				    make_group(p, table->groups.count + 1, one->group));
}

static void find_in(struct pairing *p, struct list *tables)
{
	struct side_table *table = mo_arena_make(p->arena, struct side_table);

	if (!table)
		return;
	*table = (struct side_table){.have = p->have, .goal = p->goal};
	EACH (const struct column, column, &p->have->columns)
		take_old(p, column);
	EACH (const struct column, column, &p->goal->columns)
		take_new(p, column);
	join_all(p);
	for (int i = p->candidates.count; i-- > 0;)
		if (is_left_alone(p, p->candidates.items[i]))
			mo_list_remove(&p->candidates, i);
	if (!p->candidates.count)
		return;
	judge_table(p);
	note_copies(p);
	EACH (const struct candidate, one, &p->candidates)
		judge_candidate(p, one);
	group_all(p, table);
	mo_list_add(p->arena, tables, table);
}

int mo_pairs_find(struct list *tables, struct arena *arena, const struct diff *diff,
		  struct diags *diags)
{
	int rc = MOULT_OK;

	EACH (const struct table, goal, &diff->goal->objects[KIND_TABLE]) {
		struct pairing p = {.arena = arena,
				    .diags = diags,
				    .diff = diff,
				    .have = mo_schema_table(diff->have, goal->object.name),
				    .goal = goal};

		if (p.have)
			find_in(&p, tables);
		rc = p.rc ? p.rc : rc;
	}
	return mo_arena_rc(arena) ? mo_diag_memory(diags) : rc;
}

const struct side_table *mo_pairs_table(const struct list *tables, const char *name)
{
	EACH (const struct side_table, table, tables)
		if (mo_same_name(table->have->object.name, name))
			return table;
	return NULL;
}

const struct stepped *mo_pairs_column(const struct side_table *table, const char *name)
{
	EACH (const struct in_step, group, &table->groups) {
		EACH (const struct stepped, one, &group->olds)
			if (mo_same_name(one->name, name))
				return one;
		EACH (const struct stepped, one, &group->news)
			if (mo_same_name(one->name, name))
				return one;
	}
	return NULL;
}
