/* SPDX-License-Identifier: MIT */
/*
 * edit.c: changes that leave every record as it is.
 *
 * SQLite keeps the CREATE TABLE of each table as text, and reads it whenever
 * it opens the file.  Where a change does not concern what is stored in the
 * table and its indexes, or how that is read, it is enough to store another
 * text:
 *
 *	may change		CHECK, NOT NULL, foreign keys, names of constraints, ON CONFLICT,
 *				a type that stores and compares the same (INTEGER is NUMERIC), STRICT,
 *				comments
 *	may, if nothing		the collation of a column, the expression of a VIRTUAL column, the
 *	is made of it		affinity of one that has none from then on (BLOB, or no type)
 *	may, if every record	a DEFAULT: a row that is older than its column has no value in
 *	has the column		it and reads the DEFAULT that holds now
 *	must not		which columns there are and in what order, other affinities, keys
 *
 * A column without affinity gives back what is stored, and a record of a column of texts or numbers
 * reads no other way either; only a whole number in a column of reals is stored as an integer.  Nor
 * has an index another order: its entries are values, and affinity is applied before they are
 * compared with anything.  So it is what expressions make of the column that counts.
 *
 * An automatic index is tied to its constraint by its number alone
 * (sqlite_autoindex_t_2 is the second), so the keys stay in the order of the
 * text that was; likewise the columns.
 *
 *	PRAGMA writable_schema = ON
 *	UPDATE sqlite_master SET sql = 'CREATE TABLE t (...)' WHERE type = 'table' AND name = 't'
 *	PRAGMA writable_schema = OFF
 *	PRAGMA schema_version = 43	one more than it was: every connection reads the schema again
 *
 * Only moult's own process does this, never a script, and only on SQLite 3.33 or
 * later, where a connection reads the schema again after its own edit.
 *
 * What proves an edit:
 *
 *	the layout	SQLite finds the same columns, keys and indexes through either text
 *			(session/layout.h), on the empty copy and on the file
 *	the guard	these statements change the column sql of sqlite_master, one row each, and
 *			no page of a table or an index; so no index is read again
 *	quick_check	reads the rows once through the new text.  With --verify quick, a table of
 *			which only constraints changed is left to the questions of its hazards, which
 *			were asked under the same lock
 *	digests		before and after, where values could be read otherwise: DEFAULT, type, STRICT
 *
 * ALTER is such an edit too, except DROP COLUMN, and is proven in the same way.
 *
 * writable_schema is not part of the transaction: the session sets it back, however the
 * run ends.  It is off before SQLite reads the new text, since with it on SQLite ignores
 * errors in the schema.  schema_version is not part of the plan's ID, since files with the
 * same schema may have counted differently.
 */
#include "base/text.h"
#include "model/expression.h"
#include "model/form.h"
#include "plan/ways.h"
#include "sql/in_step.h"
#include "sql/mention.h"
#include "sql/write.h"

/* ---- what is made of a column ------------------------------------------------------------ */

static bool is_key(const struct constraint *constraint)
{
	return constraint->kind == CONSTRAINT_PRIMARY_KEY || constraint->kind == CONSTRAINT_UNIQUE;
}

static bool key_has(const struct constraint *key, const char *column)
{
	for (int i = 0; is_key(key) && i < key->terms.count; i++)
		if (mo_mentions(((struct term *)key->terms.items[i])->expr.text, column))
			return true;
	return false;
}

static bool is_in_key(const struct table *table, const char *column)
{
	for (int i = 0; i < table->constraints.count; i++)
		if (key_has(table->constraints.items[i], column))
			return true;
	return false;
}

/* Indexes that change are dropped before the edit, and made after it. */
static bool is_in_index(const struct plan *plan, const struct table *table, const char *column)
{
	EACH (const struct object, index, &table->object.indexes) {
		if (mo_schema_find(plan->diff->goal, KIND_INDEX, index->name) &&
		    mo_mentions(index->sql, column))
			return true;
	}
	return false;
}

static bool is_in_generated(const struct table *table, const struct column *column)
{
	EACH (const struct column, other, &table->columns)
		if (other != column && mo_mentions(other->generated.text, column->object.name))
			return true;
	return false;
}

static bool is_in_constraint(const struct table *table, const struct column *column)
{
	EACH (const struct constraint, constraint, &table->constraints) {
		if (constraint->owner == column ||
		    mo_mentions(constraint->check.text, column->object.name) ||
		    mo_names_have(&constraint->columns, column->object.name) ||
		    key_has(constraint, column->object.name))
			return true;
	}
	return false;
}

/* ---- columns ------------------------------------------------------------------------------- */

/*
 * Whether every record has a value for a column, as far as the schema tells:
 * ADD COLUMN makes no key and no STORED column, and no NOT NULL without DEFAULT
 * while there are rows.  So what stands at or before such a column is as old as the rows.
 */
static bool is_in_every_record(const struct table *table, const struct column *column)
{
	int i = 0;

	while (i < table->columns.count && table->columns.items[i] != column)
		i++;
	if (i == 0)
		return true;
	for (; i < table->columns.count; i++) {
		const struct column *later = table->columns.items[i];

		if (is_in_key(table, later->object.name) || later->stored ||
		    (!later->generated.text && !later->value.text &&
		     mo_column_not_null(table, later)))
			return true;
	}
	return false;
}

static bool is_in_check(const struct table *table, const char *column)
{
	EACH (const struct constraint, constraint, &table->constraints)
		if (mo_mentions(constraint->check.text, column))
			return true;
	return false;
}

/* Whether what an index that stays has of a row is made by an expression that speaks of a column. */
static bool is_in_expression(const struct index *index, const char *column)
{
	EACH (const struct term, term, &index->terms)
		if (!term->column && mo_mentions(term->expr.text, column))
			return true;
	return mo_mentions(index->where.text, column);
}

/* Whether anything that is stored or held to comes of comparing a column. */
static bool is_compared(const struct plan *plan, const struct move *move,
			const struct column *column)
{
	const char *name = column->object.name;

	EACH (const struct index, index, &move->have->object.indexes)
		if (mo_schema_find(plan->diff->goal, KIND_INDEX, index->object.name) &&
		    is_in_expression(index, name))
			return true;
	return is_in_check(move->have, name) || is_in_check(move->want, name) ||
	       is_in_generated(move->have, column) || is_in_generated(move->want, column);
}

/* Why a column may not lose its affinity where the records stay; NULL where it may. */
static const char *cannot_lose_affinity(const struct plan *plan, const struct move *move,
					const struct change *change)
{
	const struct column *have = change->have_column;

	if (have->affinity == 'R' || change->want_column->affinity != 'B' || have->generated.text)
		return "values are stored otherwise";
	if (!mo_is_null_default(have->value.text) && !is_in_every_record(move->have, have))
		return "rows that are older than the column would read its DEFAULT otherwise";
	if (is_compared(plan, move, have))
		return "an expression compares it otherwise";
	return NULL;
}

const char *mo_cannot_edit_type(const struct plan *plan, const struct move *move,
				const struct change *change)
{
	const bool was_rowid = mo_table_rowid_column(move->have) == change->have_column;
	const bool is_rowid = mo_table_rowid_column(move->want) == change->want_column;

	if (change->want_column->using.text)
		return "it is filled from the old row";
	if (was_rowid != is_rowid)
		return "only INTEGER PRIMARY KEY is the rowid";
	if (mo_same_affinity(change->have_column->affinity, change->want_column->affinity))
		return NULL;
	return cannot_lose_affinity(plan, move, change);
}

const char *mo_cannot_edit_collation(const struct plan *plan, const struct move *move,
				     const struct change *change)
{
	const char *column = change->have_column->object.name;

	if (is_in_index(plan, move->have, column) || is_in_key(move->have, column))
		return "an index is ordered by it";
	if (is_in_generated(move->have, change->have_column))
		return "a generated column is made of it";
	return NULL;
}

const char *mo_cannot_edit_default(const struct plan *plan, const struct move *move,
				   const struct change *change)
{
	if (mo_same_default(change->have_column->value.norm, change->want_column->value.norm))
		return NULL;
	/* Rows without a value of their own would read what the triggers and the proof let nobody have. */
	if (plan->diff->want->under_way.count &&
	    mo_same_name(change->have_column->value.text, MO_UNSET))
		return NULL;
	if (!is_in_every_record(move->have, change->have_column))
		return "rows that are older than the column would read the new DEFAULT";
	return NULL;
}

const char *mo_cannot_edit_generated(const struct plan *plan, const struct move *move,
				     const struct change *change)
{
	const struct column *have = change->have_column;
	const struct column *want = change->want_column;

	if (!have->generated.text || !want->generated.text || have->stored || want->stored)
		return "its values are stored";
	if (is_in_index(plan, move->have, have->object.name) || is_in_generated(move->want, want) ||
	    is_in_constraint(move->have, have) || is_in_constraint(move->want, want))
		return "an index, a constraint or another column is made of it";
	return NULL;
}

const char *mo_cannot_edit_strict(const struct plan *plan, const struct move *move,
				  const struct change *change)
{
	(void)plan;
	if (change->attributes & ~(unsigned)ATTRIBUTE_STRICT)
		return "the rows are stored otherwise";
	EACH (const struct column, have, &move->have->columns) {
		const struct column *want = mo_table_column(move->want, have->object.name);

		if (want && !mo_same_affinity(want->affinity, have->affinity))
			return "values are stored otherwise";
	}
	return NULL;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool same_terms(const struct list *a, const struct list *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++) {
		const struct term *one = a->items[i];
		const struct term *other = b->items[i];

		if (!mo_same_name(one->column, other->column) ||
		    !mo_same(one->expr.norm, other->expr.norm) ||
		    !mo_same_name(one->collate, other->collate) ||
		    one->descending != other->descending)
			return false;
	}
	return true;
}

/*
 * A key that goes while one over the same columns comes changes its name or its ON CONFLICT only.
 */
static bool is_same_key(const struct constraint *have, const struct constraint *want)
{
	return is_key(have) && have->kind == want->kind &&
	       have->autoincrement == want->autoincrement && !have->owner == !want->owner &&
	       same_terms(&have->terms, &want->terms);
}

static const struct constraint *key_instead_of(const struct move *move,
					       const struct constraint *have)
{
	EACH (const struct change, change, &move->changes) {
		if (change->part == PART_CONSTRAINT && change->want_constraint &&
		    is_same_key(have, change->want_constraint))
			return change->want_constraint;
	}
	return NULL;
}

static const struct constraint *key_before(const struct move *move, const struct constraint *want)
{
	EACH (const struct change, change, &move->changes) {
		if (change->part == PART_CONSTRAINT && change->have_constraint &&
		    is_same_key(change->have_constraint, want))
			return change->have_constraint;
	}
	return NULL;
}

const char *mo_cannot_edit_key(const struct plan *plan, const struct move *move,
			       const struct change *change)
{
	const struct constraint *other = change->want_constraint
						 ? key_before(move, change->want_constraint)
						 : key_instead_of(move, change->have_constraint);

	(void)plan;
	return other ? NULL : "an index stands for it";
}

/* ---- the text ------------------------------------------------------------------------------ */

static bool is_dropped(const struct move *move, const struct constraint *constraint)
{
	EACH (const struct change, change, &move->changes)
		if (change->have_constraint == constraint)
			return true;
	return false;
}

/*
 * Where it stands among the others, and whether at its column, is the file's; what is said of it
 * is the document's.  Of the rowid all is the document's: no index stands for it.
 */
static const struct constraint *kept_key(struct plan *plan, const struct move *move,
					 const struct constraint *have)
{
	const char *form = mo_form_constraint(plan->arena, have);
	const bool is_rowid =
		have->kind == CONSTRAINT_PRIMARY_KEY && mo_table_rowid_column(move->have);
	struct constraint *kept = mo_arena_make(plan->arena, struct constraint);

	if (!kept)
		return have;
	*kept = *have;
	kept->owner = have->owner ? mo_table_column(move->want, have->owner->object.name) : NULL;
	EACH (const struct constraint, want, &move->want->constraints) {
		if (!mo_same(form, mo_form_constraint(plan->arena, want)))
			continue;
		if (is_rowid)
			return want;
		/* ABORT, said or not, is one form; but two keys over the same columns may not differ in it. */
		kept->conflict = want->conflict;
		if (want->doc)
			kept->doc = want->doc;
	}
	return kept;
}

static void edit_columns(struct plan *plan, struct table *edited, const struct move *move)
{
	edited->columns = (struct list){0};
	EACH (const struct column, have, &move->have->columns) {
		const struct column *want = mo_table_column(move->want, have->object.name);

		if (want)
			mo_list_add(plan->arena, &edited->columns, want);
	}
	EACH (const struct column, want, &move->want->columns)
		if (!mo_table_column(move->have, want->object.name))
			mo_list_add(plan->arena, &edited->columns, want);
}

/* Keys as the file has them; of the others, all that is known of them is the text. */
static void edit_constraints(struct plan *plan, struct table *edited, const struct move *move)
{
	edited->constraints = (struct list){0};
	EACH (const struct constraint, have, &move->have->constraints) {
		const struct constraint *instead = is_key(have) ? key_instead_of(move, have) : NULL;

		if (is_key(have) && !is_dropped(move, have))
			mo_list_add(plan->arena, &edited->constraints, kept_key(plan, move, have));
		else if (instead)
			mo_list_add(plan->arena, &edited->constraints, instead);
	}
	EACH (const struct constraint, want, &move->want->constraints)
		if (!is_key(want))
			mo_list_add(plan->arena, &edited->constraints, want);
}

char *mo_plan_edited_text(struct plan *plan, const struct move *move)
{
	struct table edited = *move->want;

	/* sqlite_master says the name once more, beside the text. */
	edited.object.name = move->have->object.name;
	edit_columns(plan, &edited, move);
	edit_constraints(plan, &edited, move);
	return mo_sql_create(plan->arena, &edited.object);
}

/*
 * The rows are written anew, in the order that is wanted; indexes that stay are tied to their keys
 * as ever.
 */
char *mo_plan_exchanged_text(struct plan *plan, const struct move *move)
{
	struct table exchanged = *move->want;

	exchanged.object.name = move->have->object.name; /* as the file has it */
	edit_constraints(plan, &exchanged, move);
	return mo_sql_create(plan->arena, &exchanged.object);
}
