/* SPDX-License-Identifier: MIT */
/*
 * native.c: what SQLite's own ALTER can do.
 *
 * Its limits are those of https://sqlite.org/lang_altertable.html; what cannot
 * be known from the schema alone (whether a view stands in the way) is found
 * out by the rehearsal, which then sends the table back to be rebuilt.
 */
#include "base/text.h"
#include "model/form.h"
#include "plan/ways.h"
#include "sql/mention.h"

#define VERSION_RENAME 3026000 /* which from then on rewrites every reference, view and trigger */
#define VERSION_GENERATED 3031000
#define VERSION_RENAME_APART \
	3035000 /* before, generated columns of other tables get the name too */
#define VERSION_NO_ROWID \
	3054000 /* ALTER makes, renames and drops no column called rowid, _rowid_ or oid any more */
#define VERSION_ADD_VIRTUAL 3031000  /* ADD COLUMN of a virtual generated column */
#define VERSION_ADD_CHECKED 3037000  /* ADD COLUMN tests CHECK on the rows */
#define VERSION_ADD_STRICT 3044000   /* ADD COLUMN tests all rows of a STRICT table */
#define VERSION_STORE_STRICT 3051000 /* which before could have VIRTUAL columns of wrong types */
#define VERSION_DROP_COLUMN 3035005  /* 3.35.0 to 3.35.4 could damage the file */
#define VERSION_ALTER_CONSTRAINT 3053000 /* in 3.52.0 too, which was withdrawn */
#define VERSION_ADD_CHECK \
	3054000 /* 3.53 refuses rows whose CHECK is NULL, which CREATE TABLE takes */
#define VERSION_DROP_FOREIGN_KEY 3054000

static bool owns(const struct change *change, const struct column *column)
{
	const struct constraint *constraint =
		change->want_constraint ? change->want_constraint : change->have_constraint;

	return change->part == PART_CONSTRAINT && column && constraint->owner == column;
}

static bool has_constraint(const struct table *table, const struct column *column,
			   enum constraint_kind kind)
{
	EACH (const struct constraint, constraint, &table->constraints)
		if (constraint->owner == column && constraint->kind == kind)
			return true;
	return false;
}

/*
 * Whether all constraints that are written at a column come or go with it.  One
 * that the table has on the other side too would be there twice, or not at all.
 */
static bool are_its_own(const struct move *move, const struct table *table,
			const struct column *column)
{
	EACH (const struct constraint, constraint, &table->constraints) {
		bool changes = constraint->owner != column;

		for (int j = 0; !changes && j < move->changes.count; j++) {
			const struct change *change = move->changes.items[j];

			changes = change->want_constraint == constraint ||
				  change->have_constraint == constraint;
		}
		if (!changes)
			return false;
	}
	return true;
}

/*
 * Whether something that stays as it is already says the name of a new column: "name" in double
 * quotes was a string until now.  ADD COLUMN would leave the entries of an index, and stored
 * values, as they were made of the string.
 */
static bool is_said_already(const struct table *have, const char *name)
{
	EACH (const struct index, index, &have->object.indexes) {
		if (mo_mentions(index->where.text, name))
			return true;
		EACH (const struct term, term, &index->terms)
			if (mo_mentions(term->expr.text, name))
				return true;
	}
	for (int i = 0; i < have->columns.count; i++)
		if (mo_mentions(((struct column *)have->columns.items[i])->generated.text, name))
			return true;
	return false;
}

/*
 * Whether a plan may be run by this release or a later one: a script, by whatever its device has
 * one day; any other, by the SQLite that is here, also where it is for older ones.
 */
static bool is_for(const struct plan *plan, int version)
{
	return plan->facts.script || sqlite3_libversion_number() >= version;
}

/*
 * Whether rows that SQLite takes may stop an ADD COLUMN: VIRTUAL columns of a STRICT table
 * that have the wrong type.
 */
static bool may_be_misfit(const struct plan *plan, const struct table *have)
{
	if (!have->strict || !is_for(plan, VERSION_ADD_STRICT) ||
	    plan->facts.sqlite >= VERSION_STORE_STRICT)
		return false;
	EACH (const struct column, column, &have->columns) {
		if (column->generated.text && !column->stored &&
		    !mo_same_name(column->type.text, "ANY"))
			return true;
	}
	return false;
}

const char *mo_cannot_add_column(const struct plan *plan, const struct move *move,
				 const struct change *change)
{
	const struct column *column = change->want_column;
	const int version = plan->facts.sqlite;

	if (column->using.text)
		return "it is filled from the old row";
	if (has_constraint(move->want, column, CONSTRAINT_PRIMARY_KEY) ||
	    has_constraint(move->want, column, CONSTRAINT_UNIQUE))
		return "ADD COLUMN takes no PRIMARY KEY and no UNIQUE";
	if (!are_its_own(move, move->want, column))
		return "a constraint at it is one that the table has already";
	if (column->generated.text && column->stored)
		return "ADD COLUMN takes no STORED column";
	if (column->generated.text && version < VERSION_ADD_VIRTUAL)
		return "ADD COLUMN takes no generated column before SQLite 3.31";
	if (column->value.text && !mo_is_constant_default(column->value.text))
		return "ADD COLUMN takes no DEFAULT that is not constant";
	if (column->value.text && !mo_is_default_as_inserted(column->value.text, column->affinity))
		return "rows would read this DEFAULT otherwise than an INSERT stores it";
	if (mo_column_not_null(move->want, column) &&
	    (column->generated.text || mo_is_null_default(column->value.text)))
		return "ADD COLUMN takes no NOT NULL without a DEFAULT";
	if (has_constraint(move->want, column, CONSTRAINT_CHECK) && version < VERSION_ADD_CHECKED)
		return "ADD COLUMN does not test CHECK on the rows before SQLite 3.37";
	if (plan->facts.statements && has_constraint(move->want, column, CONSTRAINT_FOREIGN_KEY) &&
	    !mo_is_null_default(column->value.text))
		return "ADD COLUMN takes no REFERENCES with a DEFAULT where foreign keys are in force";
	if (may_be_misfit(plan, move->have))
		return "ADD COLUMN stops at generated columns of the wrong type in a STRICT table";
	if (mo_is_rowid_name(column->object.name) && is_for(plan, VERSION_NO_ROWID))
		return "ADD COLUMN takes no name of the rowid from SQLite 3.54 on";
	if (is_said_already(move->have, column->object.name))
		return "an index or generated column means a string by that name";
	return NULL;
}

/*
 * RENAME COLUMN of the n-th column writes the name also into generated columns of other
 * tables that speak of their own n-th, where nobody may notice: in double quotes it is a string.
 */
static bool may_spoil_others(const struct plan *plan, const char *table)
{
	const struct list *tables = &plan->diff->have->objects[KIND_TABLE];

	if (plan->facts.sqlite < VERSION_GENERATED || plan->facts.sqlite >= VERSION_RENAME_APART)
		return false;
	EACH (const struct table, other, tables)
		if (!mo_same_name(other->object.name, table) && mo_table_has_generated(other))
			return true;
	return false;
}

static const char *cannot_rename(const struct plan *plan, const struct rename *rename)
{
	if (plan->facts.sqlite < VERSION_RENAME)
		return "SQLite has no safe RENAME before 3.26";
	if (!rename->table)
		return NULL;
	if ((mo_is_rowid_name(rename->want) || mo_is_rowid_name(rename->have)) &&
	    is_for(plan, VERSION_NO_ROWID))
		return "RENAME takes no name of the rowid from SQLite 3.54 on";
	if (may_spoil_others(plan, mo_diff_former_table(plan->diff, rename->table)))
		return "RENAME may spoil generated columns of other tables before SQLite 3.35";
	return NULL;
}

/* In moult's own process SQLite has made all renames in memory before, and was watched. */
const char *mo_cannot_rename(const struct plan *plan)
{
	const char *why = NULL;

	for (int i = 0; plan->facts.classic && !why && i < plan->diff->renames.count; i++)
		why = cannot_rename(plan, plan->diff->renames.items[i]);
	return why;
}

static bool is_dropped(const struct move *move, const struct constraint *constraint)
{
	EACH (const struct change, change, &move->changes)
		if (change->have_constraint == constraint)
			return true;
	return false;
}

static bool mentioned_in_table(const struct move *move, const struct column *column)
{
	const struct table *table = move->have;

	EACH (const struct constraint, constraint, &table->constraints) {
		if (is_dropped(move, constraint))
			continue;
		if (constraint->owner != column &&
		    mo_mentions(constraint->check.text, column->object.name))
			return true;
		if (constraint->owner == column || constraint->kind == CONSTRAINT_NOT_NULL)
			continue;
		if (mo_names_have(&constraint->columns, column->object.name))
			return true;
		EACH (const struct term, term, &constraint->terms)
			if (mo_mentions(term->expr.text, column->object.name))
				return true;
	}
	EACH (const struct column, other, &table->columns)
		if (other != column && mo_mentions(other->generated.text, column->object.name))
			return true;
	return false;
}

static bool mentioned_in_index(const struct plan *plan, const struct table *table,
			       const struct column *column)
{
	EACH (const struct index, index, &table->object.indexes) {
		const struct object *kept =
			mo_schema_find(plan->diff->goal, KIND_INDEX, index->object.name);

		/* One that changes is dropped before, and made after. */
		if (kept && !mo_plan_change(plan, KIND_INDEX, index->object.name) &&
		    mo_mentions(index->object.sql, column->object.name))
			return true;
	}
	return false;
}

const char *mo_cannot_drop_column(const struct plan *plan, const struct move *move,
				  const struct change *change)
{
	const struct column *column = change->have_column;

	if (plan->facts.sqlite < VERSION_DROP_COLUMN)
		return "DROP COLUMN is not to be trusted before SQLite 3.35.5";
	if (has_constraint(move->have, column, CONSTRAINT_PRIMARY_KEY) ||
	    has_constraint(move->have, column, CONSTRAINT_UNIQUE))
		return "DROP COLUMN takes no PRIMARY KEY and no UNIQUE column";
	if (!are_its_own(move, move->have, column))
		return "a constraint at it stays";
	if (mentioned_in_table(move, column))
		return "DROP COLUMN takes no column that a constraint or generated column uses";
	if (mentioned_in_index(plan, move->have, column))
		return "DROP COLUMN takes no indexed column";
	if (mo_is_rowid_name(column->object.name) && is_for(plan, VERSION_NO_ROWID))
		return "DROP COLUMN takes no name of the rowid from SQLite 3.54 on";
	return NULL;
}

bool mo_goes_with_column(const struct move *move, const struct change *change)
{
	EACH (const struct change, other, &move->changes) {
		if (other->part == PART_COLUMN && other->verb == change->verb &&
		    other->verb != VERB_CHANGE &&
		    owns(change, other->verb == VERB_ADD ? other->want_column : other->have_column))
			return true;
	}
	return false;
}

const char *mo_cannot_add_constraint(const struct plan *plan, const struct move *move,
				     const struct change *change)
{
	const struct constraint *constraint = change->want_constraint;

	if (mo_goes_with_column(move, change))
		return NULL;
	if (constraint->kind != CONSTRAINT_NOT_NULL && constraint->kind != CONSTRAINT_CHECK)
		return MO_NO_ALTER;
	if (plan->facts.sqlite < VERSION_ALTER_CONSTRAINT)
		return "SQLite has no ALTER for this before 3.53";
	if (constraint->kind == CONSTRAINT_CHECK && plan->facts.sqlite < VERSION_ADD_CHECK)
		return "ADD CHECK refuses rows that the CHECK does not, before SQLite 3.54";
	if (constraint->kind == CONSTRAINT_NOT_NULL && constraint->name)
		return "SET NOT NULL takes no name";
	return NULL;
}

static bool has_own_name(const struct table *table, const struct constraint *constraint)
{
	int others = 0;

	EACH (const struct constraint, other, &table->constraints)
		others += mo_same_name(other->name, constraint->name);
	return constraint->name && others == 1;
}

const char *mo_cannot_drop_constraint(const struct plan *plan, const struct move *move,
				      const struct change *change)
{
	const struct constraint *constraint = change->have_constraint;
	const bool is_key = constraint->kind == CONSTRAINT_FOREIGN_KEY;

	if (mo_goes_with_column(move, change))
		return NULL;
	if (constraint->kind == CONSTRAINT_PRIMARY_KEY || constraint->kind == CONSTRAINT_UNIQUE)
		return MO_NO_ALTER;
	if (plan->facts.sqlite < VERSION_ALTER_CONSTRAINT)
		return "SQLite has no ALTER for this before 3.53";
	if (constraint->kind == CONSTRAINT_NOT_NULL)
		return NULL;
	if (!has_own_name(move->have, constraint))
		return "DROP CONSTRAINT needs a name that is its own";
	if (is_key && plan->facts.sqlite < VERSION_DROP_FOREIGN_KEY)
		return "DROP CONSTRAINT takes no foreign key before SQLite 3.54";
	if (is_key && constraint->reference.defer == DEFER_NO)
		return "DROP CONSTRAINT stumbles over NOT DEFERRABLE";
	return NULL;
}
