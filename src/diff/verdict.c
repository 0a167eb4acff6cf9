/* SPDX-License-Identifier: MIT */
/* verdict.c: which row of the table a change belongs to; see verdict.h. */
#include "diff/verdict.h"

#include "sql/mention.h"
#include "sql/token.h"

const char *mo_verdict_of_writes(enum verdict_kind kind)
{
	return mo_verdicts[kind].effects[SIDE_OLD][TRAFFIC_WRITES].words;
}

enum verdict_kind mo_verdict_of_rename(const struct rename *rename)
{
	return rename->table ? VERDICT_COLUMN_RENAMED : VERDICT_TABLE_RENAMED;
}

/* ---- objects ------------------------------------------------------------------------------- */

static enum verdict_kind of_index(const struct change *change)
{
	const struct index *have = (const struct index *)change->have;
	const struct index *want = (const struct index *)change->want;

	if (change->verb == VERB_ADD)
		return want->unique ? VERDICT_UNIQUE_ADDED : VERDICT_INDEX_ADDED;
	if (change->verb == VERB_DROP)
		return have->unique ? VERDICT_UNIQUE_DROPPED : VERDICT_INDEX_DROPPED;
	if (have->unique && want->unique)
		return VERDICT_UNIQUE_CHANGED;
	if (have->unique != want->unique)
		return want->unique ? VERDICT_UNIQUE_ADDED : VERDICT_UNIQUE_DROPPED;
	return VERDICT_INDEX_CHANGED;
}

static bool can_raise(const struct trigger *trigger)
{
	struct token token = mo_token_next(trigger->body.text ? trigger->body.text : "");

	for (; token.kind != TOKEN_END; token = mo_token_next(token.text + token.length))
		if (mo_token_is(&token, "RAISE"))
			return true;
	return false;
}

static enum verdict_kind of_trigger(const struct change *change)
{
	if (change->verb == VERB_CHANGE)
		return VERDICT_TRIGGER_CHANGED;
	if (change->verb == VERB_DROP)
		return VERDICT_TRIGGER_DROPPED;
	return can_raise((const struct trigger *)change->want) ? VERDICT_TRIGGER_REFUSES
							       : VERDICT_TRIGGER_ADDED;
}

static enum verdict_kind by_verb(const struct change *change, enum verdict_kind added,
				 enum verdict_kind dropped, enum verdict_kind changed)
{
	if (change->verb == VERB_CHANGE)
		return changed;
	return change->verb == VERB_ADD ? added : dropped;
}

/* What a table is as a whole. */
static int of_options(enum verdict_kind *kinds, const struct change *change)
{
	const struct table *want = (const struct table *)change->want;
	int count = 0;

	if (change->attributes & ATTRIBUTE_STRICT)
		kinds[count++] = want->strict ? VERDICT_STRICT_ADDED : VERDICT_STRICT_DROPPED;
	if (change->attributes & ATTRIBUTE_WITHOUT_ROWID)
		kinds[count++] = want->without_rowid ? VERDICT_ROWID_DROPPED : VERDICT_ROWID_ADDED;
	if (change->attributes & ATTRIBUTE_COLUMN_ORDER)
		kinds[count++] = VERDICT_ORDER_CHANGED;
	return count;
}

static int of_object(enum verdict_kind *kinds, const struct change *change)
{
	const struct object *object = mo_change_object(change);

	switch (object->kind) {
	case KIND_INDEX:
		kinds[0] = of_index(change);
		return 1;
	case KIND_TRIGGER:
		kinds[0] = of_trigger(change);
		return 1;
	case KIND_VIEW:
		kinds[0] = by_verb(change, VERDICT_VIEW_ADDED, VERDICT_VIEW_DROPPED,
				   VERDICT_VIEW_CHANGED);
		return 1;
	case KIND_VIRTUAL:
		kinds[0] = by_verb(change, VERDICT_TABLE_ADDED, VERDICT_TABLE_DROPPED,
				   VERDICT_VIRTUAL_CHANGED);
		return 1;
	case KIND_TABLE:
	case KIND_COUNT:
		break;
	}
	if (change->verb == VERB_CHANGE)
		return of_options(kinds, change);
	kinds[0] = change->verb == VERB_ADD ? VERDICT_TABLE_ADDED : VERDICT_TABLE_DROPPED;
	return 1;
}

/* ---- columns and constraints --------------------------------------------------------------- */

static enum verdict_kind of_default(const struct change *change)
{
	const struct table *have = (const struct table *)change->have;
	const struct table *want = (const struct table *)change->want;
	const bool was = mo_column_is_required(have, change->have_column);
	const bool is = mo_column_is_required(want, change->want_column);

	if (was == is)
		return VERDICT_DEFAULT_CHANGED;
	return is ? VERDICT_DEFAULT_DROPPED : VERDICT_DEFAULT_GIVEN;
}

static enum verdict_kind of_generated(const struct change *change)
{
	if (!change->have_column->generated.text)
		return VERDICT_BECOMES_GENERATED;
	return change->want_column->generated.text ? VERDICT_GENERATED_CHANGED
						   : VERDICT_BECOMES_ORDINARY;
}

static int of_attributes(enum verdict_kind *kinds, const struct change *change)
{
	int count = 0;

	if (change->attributes & ATTRIBUTE_TYPE)
		kinds[count++] = mo_same_affinity(change->have_column->affinity,
						  change->want_column->affinity)
					 ? VERDICT_TYPE_NAMED
					 : VERDICT_TYPE_CHANGED;
	if (change->attributes & ATTRIBUTE_COLLATE)
		kinds[count++] = VERDICT_COLLATION_CHANGED;
	if (change->attributes & ATTRIBUTE_DEFAULT)
		kinds[count++] = of_default(change);
	if (change->attributes & ATTRIBUTE_GENERATED)
		kinds[count++] = of_generated(change);
	return count;
}

static int of_column(enum verdict_kind *kinds, const struct change *change)
{
	const struct table *have = (const struct table *)change->have;
	const struct table *want = (const struct table *)change->want;

	if (change->verb == VERB_CHANGE)
		return of_attributes(kinds, change);
	if (change->verb == VERB_ADD)
		kinds[0] = change->want_column->generated.text ? VERDICT_GENERATED_ADDED
			   : mo_column_is_required(want, change->want_column)
				   ? VERDICT_COLUMN_REQUIRED
				   : VERDICT_COLUMN_ADDED;
	else
		kinds[0] = change->have_column->generated.text ? VERDICT_GENERATED_DROPPED
			   : mo_column_is_required(have, change->have_column)
				   ? VERDICT_REQUIRED_DROPPED
				   : VERDICT_COLUMN_DROPPED;
	return 1;
}

static enum verdict_kind of_constraint(const struct change *change)
{
	const bool comes = change->verb == VERB_ADD;
	const struct constraint *one = comes ? change->want_constraint : change->have_constraint;

	switch (one->kind) {
	case CONSTRAINT_NOT_NULL:
		return comes ? VERDICT_NOT_NULL_ADDED : VERDICT_NOT_NULL_DROPPED;
	case CONSTRAINT_UNIQUE:
		return comes ? VERDICT_UNIQUE_ADDED : VERDICT_UNIQUE_DROPPED;
	case CONSTRAINT_CHECK:
		return comes ? VERDICT_CHECK_ADDED : VERDICT_CHECK_DROPPED;
	case CONSTRAINT_FOREIGN_KEY:
		return comes ? VERDICT_FOREIGN_KEY_ADDED : VERDICT_FOREIGN_KEY_DROPPED;
	case CONSTRAINT_PRIMARY_KEY:
	case CONSTRAINT_COUNT:
		break;
	}
	return VERDICT_KEY_CHANGED;
}

int mo_verdict_kinds(enum verdict_kind kinds[MO_VERDICTS_AT_ONCE], const struct change *change)
{
	switch (change->part) {
	case PART_COLUMN:
		return of_column(kinds, change);
	case PART_CONSTRAINT:
		kinds[0] = of_constraint(change);
		return 1;
	case PART_OBJECT:
		return of_object(kinds, change);
	case PART_USER_VERSION:
	case PART_APPLICATION_ID:
		break;
	}
	kinds[0] = VERDICT_NUMBER_CHANGED;
	return 1;
}
