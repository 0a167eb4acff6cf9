/* SPDX-License-Identifier: MIT */
/*
 * replan.c: what moult itself would have to say of the way from before to
 * after, and what it would have written instead.
 *
 * The schema after the script becomes a document: a table or column that holds
 * the rows of another one gets its name as `was`, an expression of the copy
 * becomes `using`.  The plan for it has the hazards; with a live file its rows
 * are asked.  Without one, only what is a mistake whatever the rows is said.
 */
#include <string.h>

#include "base/text.h"
#include "diff/describe.h"
#include "lint/find.h"
#include "lint/life.h"
#include "lint/lost.h"
#include "lint/replan.h"
#include "model/form.h"
#include "plan/plan.h"
#include "run/migrate.h"
#include "run/probe.h"
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

/* ---- the schema after, as a document ------------------------------------------------------ */

static void name_columns(struct work *work, struct table *want, const struct life *life,
			 const struct table *have)
{
	EACH (const struct holding, holding, &life->columns) {
		struct column *column = mo_table_column(want, holding->name);

		if (!column)
			continue;
		if (holding->origin && !mo_same_name(holding->origin, holding->name) &&
		    !mo_table_column(have, holding->name))
			mo_list_add(work->after->arena, &column->object.was, holding->origin);
		if (holding->given.text && !column->generated.text)
			column->using = holding->given;
	}
}

static void name_all(struct work *work)
{
	EACH (const struct life, life, &work->lives) {
		struct table *want = life->name && life->origin
					     ? mo_schema_table(work->after, life->name)
					     : NULL;
		const struct table *have =
			want ? mo_schema_table(work->before, life->origin) : NULL;

		if (!have)
			continue;
		if (!mo_same_name(life->origin, life->name) &&
		    !mo_schema_table(work->before, life->name) &&
		    !mo_schema_table(work->after, life->origin))
			mo_list_add(work->after->arena, &want->object.was, life->origin);
		name_columns(work, want, life, have);
	}
}

static void forget_expressions(struct work *work)
{
	EACH (struct table, table, &work->after->objects[KIND_TABLE]) {
		EACH (struct column, column, &table->columns)
			column->using = (struct sql){NULL, NULL};
	}
}

static void forget_pragmas(struct pragmas *pragmas)
{
	pragmas->encoding = pragmas->auto_vacuum = pragmas->journal_mode = NULL;
	pragmas->page_size = 0;
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
static struct spot where(const struct work *work, const struct hazard *hazard, enum use use)
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

static void judge(struct work *work, const struct hazard *hazard)
{
	const int use = use_of(hazard->id);
	const struct spot spot = use < 0 ? mo_spot(NULL) : where(work, hazard, uses[use].use);
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

/* ---- constraints, collations, defaults ----------------------------------------------------- */

static bool shares_a_column(const struct table *want, const struct constraint *a,
			    const struct constraint *b)
{
	for (int i = 0; a->kind == CONSTRAINT_CHECK && i < want->columns.count; i++) {
		const char *name = ((struct column *)want->columns.items[i])->object.name;

		if (mo_mentions(a->check.text, name) && mo_mentions(b->check.text, name))
			return true;
	}
	for (int i = 0; i < a->columns.count; i++)
		if (mo_names_have(&b->columns, a->columns.items[i]))
			return true;
	EACH (const struct term, term, &a->terms)
		EACH (const struct term, theirs, &b->terms)
			if (mo_same(term->expr.norm, theirs->expr.norm))
				return true;
	return a->kind == CONSTRAINT_PRIMARY_KEY;
}

static bool names_a_lost_column(const struct table *want, const struct constraint *constraint)
{
	for (int i = 0; i < constraint->columns.count; i++)
		if (!mo_table_column(want, constraint->columns.items[i]))
			return true;
	EACH (const struct term, term, &constraint->terms)
		if (term->column && !mo_table_column(want, term->column))
			return true;
	return constraint->owner && !mo_table_column(want, constraint->owner->object.name);
}

/* UNIQUE may have become a unique index. */
static bool is_indexed(const struct table *want, const struct constraint *constraint)
{
	for (int i = 0; constraint->kind == CONSTRAINT_UNIQUE && i < want->object.indexes.count;
	     i++) {
		const struct index *index = want->object.indexes.items[i];
		bool same = index->unique && !index->where.text &&
			    index->terms.count == constraint->terms.count;

		for (int t = 0; same && t < index->terms.count; t++)
			same = mo_same(((struct term *)index->terms.items[t])->expr.norm,
				       ((struct term *)constraint->terms.items[t])->expr.norm);
		if (same)
			return true;
	}
	return false;
}

/* The one that says something else of the same columns and has come instead; or NULL. */
static const struct constraint *replacement_of(const struct diff *diff, const struct change *lost)
{
	EACH (const struct change, change, &diff->changes) {
		if (change->part == PART_CONSTRAINT && change->want_constraint &&
		    change->want == lost->want &&
		    change->want_constraint->kind == lost->have_constraint->kind &&
		    shares_a_column((const struct table *)lost->want, lost->have_constraint,
				    change->want_constraint))
			return change->want_constraint;
	}
	return NULL;
}

static bool is_about_key(const struct change *change)
{
	const struct constraint *one =
		change->have_constraint ? change->have_constraint : change->want_constraint;

	return change->part == PART_CONSTRAINT && one->kind == CONSTRAINT_PRIMARY_KEY;
}

/* DEFAULT NULL comes or goes. */
static bool is_idle(const struct change *change)
{
	const struct column *have = change->have_column, *want = change->want_column;

	return change->part == PART_COLUMN && change->verb == VERB_CHANGE &&
	       mo_is_null_default(have->value.text) && mo_is_null_default(want->value.text) &&
	       mo_same(have->type.norm, want->type.norm) &&
	       mo_same_name(have->collate, want->collate) &&
	       mo_same(have->generated.norm, want->generated.norm);
}

/*
 * To take NOT NULL away a table has to be rebuilt: where nothing else changes, that is what it is
 * rebuilt for.  That its AUTOINCREMENT is forgotten on the way is said apart.
 */
static bool is_the_purpose(const struct diff *diff, const struct change *lost)
{
	EACH (const struct change, change, &diff->changes) {
		if (change->part == PART_OBJECT || change->part == PART_USER_VERSION ||
		    change->part == PART_APPLICATION_ID || change->want != lost->want ||
		    is_about_key(change) || is_idle(change))
			continue;
		if (change->part != PART_CONSTRAINT || change->verb != VERB_DROP ||
		    change->have_constraint->kind != CONSTRAINT_NOT_NULL)
			return false;
	}
	return true;
}

/*
 * UNIQUE with a column that is gone, and one that stays: as of an index, its rule on that one is
 * lost.
 */
static void lost_unique(struct work *work, const struct rebuild *rebuild,
			const struct constraint *lost, const char *text)
{
	const struct sql everywhere = {NULL, NULL};
	bool stays = false;

	EACH (const struct term, term, &lost->terms)
		stays |= term->column && mo_table_column(rebuild->want, term->column);
	if (lost->kind != CONSTRAINT_UNIQUE || !stays ||
	    mo_keeps_apart(rebuild->want, &lost->terms, &everywhere))
		return;
	if (mo_find(work, DIAG_MD114, mo_spot(rebuild->life->made),
		    mo_label_object(work->arena, &rebuild->want->object),
		    "%s is dropped with a column that it speaks of", text))
		mo_find_hint(work, "%s", uses[use_of(DIAG_MD114)].hint);
}

/* Whether the table gets nothing but other foreign keys. */
static bool is_about_references(const struct diff *diff, const struct object *table)
{
	EACH (const struct change, change, &diff->changes) {
		const struct constraint *one =
			change->have_constraint ? change->have_constraint : change->want_constraint;

		if (change->want == table && change->part != PART_OBJECT && !is_idle(change) &&
		    (change->part != PART_CONSTRAINT || one->kind != CONSTRAINT_FOREIGN_KEY))
			return false;
	}
	return true;
}

/* ON DELETE CASCADE of a key that stays, in a rebuild that is for something else. */
static void lost_action(struct work *work, const struct diff *diff, const struct rebuild *rebuild,
			const struct change *change, const struct constraint *instead)
{
	const struct reference *had = &change->have_constraint->reference;
	const struct reference *has = &instead->reference;

	if (had->on_delete == ACTION_NO_ACTION || has->on_delete != ACTION_NO_ACTION ||
	    !mo_same_name(had->table, has->table) || is_about_references(diff, change->want))
		return;
	if (mo_find(work, DIAG_LN118, mo_spot(rebuild->life->made),
		    mo_label_object(work->arena, &rebuild->want->object),
		    "the foreign key to %s had an action ON DELETE, and in the table that is made instead it has none",
		    had->table))
		mo_find_hint(
			work,
			"write it there too; if it is meant to go: -- moult:allow LN118 and why");
}

static void lost_constraint(struct work *work, const struct diff *diff,
			    const struct rebuild *rebuild, const struct change *change)
{
	const struct constraint *lost = change->have_constraint;
	const struct constraint *instead = replacement_of(diff, change);
	const char *text = mo_constraint_text(work->arena, lost);

	if (names_a_lost_column(rebuild->want, lost))
		lost_unique(work, rebuild, lost, text);
	if (instead && lost->kind == CONSTRAINT_FOREIGN_KEY)
		lost_action(work, diff, rebuild, change, instead);
	if (names_a_lost_column(rebuild->want, lost) || is_indexed(rebuild->want, lost) ||
	    instead || (lost->kind == CONSTRAINT_NOT_NULL && is_the_purpose(diff, change)))
		return;
	if (mo_find(work, DIAG_LN118, mo_spot(rebuild->life->made),
		    mo_label_object(work->arena, &rebuild->want->object),
		    "the table had %s, and the one that is made instead has not", text))
		mo_find_hint(
			work,
			"write it there too; if it is meant to go: -- moult:allow LN118 and why");
}

static void lost_of_column(struct work *work, const struct rebuild *rebuild,
			   const struct change *change)
{
	const struct column *have = change->have_column;
	const struct column *want = change->want_column;
	const char *label =
		mo_label_column(work->arena, rebuild->want->object.name, want->object.name);
	const struct spot spot = mo_spot_name(rebuild->life->made, want->object.name);

	if (have->collate && !want->collate && !mo_same_name(have->collate, "BINARY") &&
	    mo_find(work, DIAG_LN117, spot, label,
		    "the column compared by COLLATE %s, and the one that is made instead does not",
		    have->collate))
		mo_find_hint(work, "write COLLATE %s there too", have->collate);
	if (!mo_is_null_default(have->value.text) && !want->value.text && !want->generated.text &&
	    mo_find(work, DIAG_LN119, spot, label,
		    "the column had DEFAULT %s, and the one that is made instead has none",
		    have->value.text))
		mo_find_hint(
			work,
			"write DEFAULT %s there too; if it is meant to go: -- moult:allow LN119 and why",
			have->value.text);
}

static void judge_changes(struct work *work, const struct diff *diff)
{
	EACH (const struct change, change, &diff->changes) {
		const struct rebuild *rebuild =
			change->want ? mo_rebuild_of(work, change->want->name) : NULL;

		if (!rebuild)
			continue;
		if (change->part == PART_CONSTRAINT && change->verb == VERB_DROP)
			lost_constraint(work, diff, rebuild, change);
		else if (change->part == PART_COLUMN && change->verb == VERB_CHANGE)
			lost_of_column(work, rebuild, change);
	}
}

/* ---- instead ------------------------------------------------------------------------------- */

/* What moult would have made again. */
static void put_back(struct work *work)
{
	for (int i = 0; i < work->lost.count; i++)
		mo_schema_copy(work->after, work->lost.items[i]);
	if (work->lost.count && mo_schema_seal(work->after) != MOULT_OK)
		work->lost.count = 0;
}

/* Each lost object was added at the end of the list of its kind, so it is taken off from there. */
static void take_out(struct work *work)
{
	for (int i = 0; i < work->lost.count; i++)
		work->after->objects[((const struct object *)work->lost.items[i])->kind].count--;
	if (work->lost.count)
		mo_schema_seal(work->after);
}

static void write_instead(struct work *work, const struct plan *plan)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n");
	EACH (const struct step, step, &plan->steps)
		sqlite3_str_appendf(out, "%s;\n", step->sql);
	sqlite3_str_appendall(out, "COMMIT;\n");
	((struct rebuild *)work->rebuilds.items[0])->report->instead =
		mo_arena_take(work->lint->arena, out);
}

/* ---- the plan ------------------------------------------------------------------------------ */

static int agree(void *context)
{
	(void)context;
	return MOULT_OK;
}

static int make_plan(struct plan **plan, struct diff **diff, struct work *work, struct moult *m)
{
	const struct wanted wanted = {work->after, NULL, agree, NULL};
	moult_options options = MOULT_OPTIONS_INIT;
	int rc;

	options.prune = 1;
	options.allow = "all";
	options.strategy = "alter"; /* a script cannot edit the stored text */
	rc = mo_plan_for(plan, diff, m, work->live, work->before, NULL, &wanted, &options);
	if (!rc && work->live)
		rc = mo_probe(*plan, m, work->live);
	return rc;
}

static void free_plan(struct plan **plan, struct diff **diff)
{
	mo_plan_free(*plan);
	mo_diff_free(*diff);
	*plan = NULL;
	*diff = NULL;
}

static bool is_starved(const struct moult *m)
{
	const moult_diagnostic *last =
		m->diags.list.count ? m->diags.list.items[m->diags.list.count - 1] : NULL;

	return m->diags.starved || (last && mo_same(last->id, "RUN023"));
}

/* A plan that cannot be made is no finding: the script may do what moult does not. */
static int try_plan(struct plan **plan, struct diff **diff, struct work *work)
{
	struct moult apart = *work->m;
	int rc;

	if (mo_diags_init(&apart.diags) != MOULT_OK)
		return mo_diag_memory(&work->m->diags);
	rc = make_plan(plan, diff, work, &apart);
	if (rc && !is_starved(&apart)) {
		free_plan(plan, diff);
		forget_expressions(work);
		take_out(work);
		mo_diags_clear(&apart.diags);
		rc = make_plan(plan, diff, work, &apart);
	}
	if (rc)
		free_plan(plan, diff);
	rc = rc && is_starved(&apart) ? mo_diag_memory(&work->m->diags) : MOULT_OK;
	mo_diags_done(&apart.diags);
	return rc;
}

int mo_hazards_judge(struct work *work)
{
	struct plan *plan = NULL;
	struct diff *diff = NULL;
	int rc;

	name_all(work);
	put_back(work);
	forget_pragmas(&work->before->pragmas);
	forget_pragmas(&work->after->pragmas);
	rc = try_plan(&plan, &diff, work);
	for (int i = 0; plan && i < plan->hazards.count; i++)
		judge(work, plan->hazards.items[i]);
	if (diff)
		judge_changes(work, diff);
	if (plan && work->rebuilds.count)
		write_instead(work, plan);
	free_plan(&plan, &diff);
	return rc;
}
