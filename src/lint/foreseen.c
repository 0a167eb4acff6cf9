/* SPDX-License-Identifier: MIT */
/* foreseen.c: see foreseen.h. */
#include <string.h>

#include "base/text.h"
#include "lint/find.h"
#include "lint/foreseen.h"
#include "lint/life.h"
#include "lint/lost.h"
#include "sql/mention.h"

/* When a hazard is a finding. */
enum use { USE_NEVER, USE_ALWAYS, USE_COUNTED, USE_OPEN /* counted, or not asked */ };

static const struct {
	enum diag_id id;
	enum use use;
	const char *hint;
} uses[] = {
	{DIAG_MD114, USE_ALWAYS,
	 "make it again behind the change, without the column; if it is meant to go: -- moult:allow MD114 and why"},
	{DIAG_MD105, USE_OPEN,
	 "convert the values in the copy in a way that you have chosen, or keep the type"},
	{DIAG_MD106, USE_OPEN, "keep the column INTEGER"},
	{DIAG_MD108, USE_COUNTED, "give the expression an answer for these values"},
	{DIAG_MF101, USE_COUNTED, "remove the duplicates first"},
	{DIAG_MF103, USE_OPEN, "give it a DEFAULT, or fill it in the copy"},
	{DIAG_MF104, USE_OPEN, "say in the copy what they become: coalesce(column, ...)"},
	{DIAG_MF105, USE_COUNTED, "correct the rows first, or widen the CHECK"},
	{DIAG_MF106, USE_COUNTED, "correct the rows first"},
	{DIAG_MF107, USE_ALWAYS, "make the parent's columns UNIQUE, or reference its primary key"},
	{DIAG_MF108, USE_COUNTED, "convert the values in the copy, or use the type ANY"},
	{DIAG_MF109, USE_COUNTED, "remove the duplicates first"},
	{DIAG_MF111, USE_COUNTED, "keep the type of the key, or convert it in the copy"},
	{DIAG_MF112, USE_COUNTED, "correct the rows first"},
	{DIAG_ML108, USE_ALWAYS,
	 "make an index on the columns of the key: without one each DELETE in the parent reads the whole child"},
};

static int use_of(enum diag_id id)
{
	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++)
		if (uses[i].id == id)
			return (int)i;
	return -1;
}

/* ---- where --------------------------------------------------------------------------------- */

static const struct statement *last_on(const struct work *work, enum act act, enum kind kind,
				       const char *name, const char *column)
{
	for (int i = work->to - 1; i >= work->from; i--) {
		const struct statement *statement = work->script->statements.items[i];

		if (statement->act != act || !mo_same_name(statement->name, name))
			continue;
		if (act == ACT_CREATE ? statement->kind == kind
				      : mo_same_name(statement->column, column))
			return statement;
	}
	return NULL;
}

static bool is_index(const struct hazard *hazard)
{
	return hazard->subject.kind == KIND_INDEX;
}

/* The table of before on which the index of a hazard stood; NULL where the script made it. */
static const char *table_of_index(const struct work *work, const struct hazard *hazard)
{
	const struct index *index = (const struct index *)mo_schema_find(work->before, KIND_INDEX,
									 hazard->subject.name);

	return index ? index->table : NULL;
}

/* The last ALTER TABLE of a table; with a word: the last that says it. */
static const struct statement *last_change(const struct work *work, const char *table,
					   const char *word)
{
	for (int i = work->to - 1; i >= work->from; i--) {
		const struct statement *statement = work->script->statements.items[i];

		if (statement->act >= ACT_RENAME && statement->act <= ACT_ALTER &&
		    mo_same_name(statement->name, table) &&
		    (!word || mo_tokens_have(&statement->tokens, word)))
			return statement;
	}
	return NULL;
}

/* Without a statement where the script says nothing of it by name. */
static struct lint_spot where(const struct work *work, const struct hazard *hazard, enum use use)
{
	const char *table = hazard->subject.relation;
	const char *column = hazard->subject.column;
	const struct rebuild *rebuild = mo_rebuild_of(work, table);
	const struct statement *statement = NULL;

	if (is_index(hazard)) {
		statement = last_on(work, ACT_CREATE, KIND_INDEX, hazard->subject.name, NULL);
		rebuild = rebuild ? rebuild : mo_rebuild_from(work, table_of_index(work, hazard));
	}
	if (!statement && rebuild)
		statement = rebuild->life->made;
	if (!statement)
		statement = last_on(work, ACT_ADD_COLUMN, KIND_TABLE, table, column);
	if (!statement)
		statement = last_on(work, ACT_CREATE, KIND_TABLE, table, NULL);
	if (!statement && !is_index(hazard))
		statement = last_change(work, table, use == USE_ALWAYS ? "REFERENCES" : NULL);
	return column && statement ? mo_spot_name(statement, column) : mo_spot(statement);
}

/* ---- hazards ------------------------------------------------------------------------------- */

/* A column that both tables have, and the copy does not: that is said already. */
static bool is_left_out(const struct work *work, const struct life *life, const char *column)
{
	const struct table *have =
		life->copied ? mo_schema_table(work->before, life->origin) : NULL;

	return have && mo_table_column(have, column);
}

/* Whether a foreign key of a table follows a rename into the void, which is said already. */
static bool follows_a_rename(const struct work *work, const char *name)
{
	const struct table *table = mo_schema_table(work->after, name);

	for (int i = 0; table && i < table->constraints.count; i++) {
		const struct constraint *key = table->constraints.items[i];

		if (key->kind == CONSTRAINT_FOREIGN_KEY &&
		    !mo_schema_find_relation(work->after, key->reference.table) &&
		    mo_lost_rename(work, key->reference.table))
			return true;
	}
	return false;
}

/* ADD COLUMN ... NOT NULL: whatever would fill it behind, comes too late. */
static bool fails_first(const struct statement *added)
{
	for (int i = 0; added && i + 1 < added->tokens.count; i++)
		if (mo_token_is(&added->tokens.items[i], "NOT") &&
		    mo_token_is(&added->tokens.items[i + 1], "NULL"))
			return true;
	return false;
}

static bool is_of_table(const struct statement *statement, const char *table,
			const struct life *life)
{
	return mo_same_name(statement->name, table) ||
	       (life && mo_same_name(statement->name, life->origin)) ||
	       (life && life->made && mo_same_name(statement->name, life->made->name));
}

/* UPDATE of a column that a constraint or an index speaks of. */
static bool sets_mentioned(const struct work *work, const struct statement *statement,
			   const struct hazard *hazard)
{
	const struct object *index =
		is_index(hazard) ? mo_schema_find(work->after, KIND_INDEX, hazard->subject.name)
				 : NULL;
	const char *words = index ? index->sql : hazard->message;

	for (int i = 0; i < statement->columns.count; i++)
		if (mo_mentions(words, statement->columns.items[i]))
			return true;
	return false;
}

/* UPDATE of a column by the name that it has, had, or gets. */
static bool sets_column(const struct statement *statement, const struct life *life,
			const char *column)
{
	if (mo_names_have(&statement->columns, column))
		return true;
	for (int i = 0; life && i < life->columns.count; i++) {
		const struct holding *holding = life->columns.items[i];

		if (mo_same_name(holding->name, column))
			return holding->origin &&
			       mo_names_have(&statement->columns, holding->origin);
	}
	return false;
}

/* What the script itself does to the rows before they are judged, moult cannot foresee. */
static bool is_mended(const struct work *work, const struct hazard *hazard)
{
	const char *table = hazard->subject.relation;
	const char *column = hazard->subject.column;
	const struct life *life = mo_life_of(work, table);

	if (hazard->id == DIAG_MF103 && life && !life->is_empty &&
	    fails_first(last_on(work, ACT_ADD_COLUMN, KIND_TABLE, table, column)))
		return false;
	for (int i = work->from; i < work->to; i++) {
		const struct statement *statement = work->script->statements.items[i];

		if (!mo_changes_rows(statement) || !is_of_table(statement, table, life))
			continue;
		if (statement->act == ACT_DELETE ||
		    (statement->act == ACT_UPDATE &&
		     (column ? sets_column(statement, life, column)
			     : sets_mentioned(work, statement, hazard))))
			return true;
	}
	return false;
}

/* Whether the copy says what rows get. */
static bool is_given(const struct work *work, const struct hazard *hazard)
{
	const char *column = hazard->subject.column;
	const struct life *life = mo_life_of(work, hazard->subject.relation);

	for (int i = 0; life && column && i < life->columns.count; i++) {
		const struct holding *holding = life->columns.items[i];

		if (mo_same_name(holding->name, column))
			return holding->is_filled ? !holding->origin && !holding->is_void
						  : is_left_out(work, life, holding->name);
	}
	return false;
}

/*
 * What no value of a column can suffer, whatever the rows: a column without a
 * type takes all as it is; one of numbers holds no text that looks like one;
 * one of texts no integer.
 */
static bool is_harmless(enum diag_id id, char have, char want)
{
	const bool from_numbers = strchr("INR", have);

	if (id == DIAG_MD105)
		return want == 'B' || (from_numbers && strchr("INR", want)) ||
		       (have == 'I' && want == 'T');
	return id == DIAG_MD106 && have == 'T';
}

/*
 * A default that is not the constant NULL, or an expression, needs no row to be asked; whether ADD COLUMN takes it,
 * add.c asks.
 */
static bool has_default(const struct work *work, const char *table, const char *column)
{
	const struct table *want = table ? mo_schema_table(work->after, table) : NULL;
	const struct column *added = want ? mo_table_column(want, column) : NULL;

	return added && (added->generated.text || !mo_is_null_default(added->value.text));
}

static bool cannot_be(const struct work *work, const struct hazard *hazard)
{
	const char *table = hazard->subject.name;
	const char *column = hazard->subject.column;
	const struct column *have, *want;
	const struct rebuild *rebuild;

	if (!column)
		return false;
	if (hazard->id == DIAG_MF103)
		return has_default(work, table, column);
	rebuild = mo_rebuild_of(work, table);
	have = rebuild ? mo_table_column(rebuild->have, column) : NULL;
	want = rebuild ? mo_table_column(rebuild->want, column) : NULL;
	return have && want && is_harmless(hazard->id, have->affinity, want->affinity);
}

/*
 * Of constraints LN118 speaks; who drops an index by its name means it.  A column that is dropped
 * and added again has no values that could change.
 */
static bool is_said_elsewhere(const struct work *work, const struct hazard *hazard)
{
	if (hazard->id == DIAG_MD105 || hazard->id == DIAG_MD106)
		return last_on(work, ACT_ADD_COLUMN, KIND_TABLE, hazard->subject.relation,
			       hazard->subject.column);
	return hazard->id == DIAG_MD114 &&
	       (!is_index(hazard) ||
		last_on(work, ACT_DROP, KIND_INDEX, hazard->subject.name, NULL));
}

void mo_foresee(struct work *work, const struct hazard *hazard)
{
	const int use = use_of(hazard->id);
	const struct lint_spot spot = use < 0 ? mo_spot(NULL) : where(work, hazard, uses[use].use);
	const bool counted = hazard->asked && hazard->count > 0;
	const char *rows = "";

	if (use < 0 || is_said_elsewhere(work, hazard) ||
	    (uses[use].use != USE_ALWAYS && !counted &&
	     (uses[use].use != USE_OPEN || hazard->asked)))
		return;
	if (uses[use].use != USE_ALWAYS && is_mended(work, hazard))
		return;
	if (uses[use].use == USE_OPEN && !counted &&
	    (is_given(work, hazard) || cannot_be(work, hazard)))
		return;
	/* A key that only follows a rename is not new. */
	if (uses[use].use == USE_ALWAYS && !spot.statement)
		return;
	if ((uses[use].use == USE_ALWAYS || hazard->id == DIAG_MF106) &&
	    follows_a_rename(work, hazard->subject.relation))
		return;
	if (counted)
		rows = mo_arena_format(work->arena, " (%lld row%s%s%s)", hazard->count,
				       hazard->count == 1 ? "" : "s", hazard->samples ? ": " : "",
				       hazard->samples ? hazard->samples : "");
	if (!mo_find(work, hazard->id, spot, hazard->object, "%s%s", hazard->message, rows))
		return;
	mo_find_hint(work, "%s", uses[use].hint);
	if (counted && mo_diag_last(&work->lint->findings))
		mo_diag_last(&work->lint->findings)->count = hazard->count;
}

const char *mo_foreseen_hint(enum diag_id id)
{
	return uses[use_of(id)].hint;
}
