/* SPDX-License-Identifier: MIT */
/* verdict.c: the table, and which row a change belongs to; see verdict.h. */
#include "diff/verdict.h"

#include "sql/mention.h"
#include "sql/token.h"

#define YES                   \
	{                     \
		FIT_YES, NULL \
	}
#define GONE_TABLE                               \
	{                                        \
		FIT_NO, "the table is not there" \
	}
#define GONE_VIEW                               \
	{                                       \
		FIT_NO, "the view is not there" \
	}
#define GONE_COLUMN                               \
	{                                         \
		FIT_NO, "the column is not there" \
	}
#define FORMER_NAME                                                \
	{                                                          \
		FIT_NO, "code that says the former name will fail" \
	}

/* clang-format off */
const struct verdict mo_verdicts[] = {
	[VERDICT_TABLE_ADDED] = {
		"table-added", {{YES, YES}, {GONE_TABLE, GONE_TABLE}},
		BACK_LOSSY, "its rows go", NULL},
	[VERDICT_TABLE_DROPPED] = {
		"table-dropped", {{GONE_TABLE, GONE_TABLE}, {YES, YES}},
		BACK_LOSSY, "it comes back without its rows",
		"release code that does not name it, and drop it in the release after"},
	[VERDICT_TABLE_RENAMED] = {
		"table-renamed", {{FORMER_NAME, FORMER_NAME}, {GONE_TABLE, GONE_TABLE}},
		BACK_EXACT, NULL,
		"for code that only reads it, declare a view of the former name until no old code runs; "
		"else make the new table beside it, have code write both, and drop the former one later"},
	[VERDICT_VIRTUAL_CHANGED] = {
		"virtual-table-changed",
		{{{FIT_MAYBE, "its module may answer otherwise"},
		  {FIT_MAYBE, "its module may take other values"}},
		 {{FIT_MAYBE, "its module may answer otherwise"},
		  {FIT_MAYBE, "its module may take other values"}}},
		BACK_LOSSY, "its content is made again",
		"make it under another name, and drop the former one later"},
	[VERDICT_VIEW_ADDED] = {
		"view-added", {{YES, YES}, {GONE_VIEW, YES}}, BACK_EXACT, NULL, NULL},
	[VERDICT_VIEW_DROPPED] = {
		"view-dropped", {{GONE_VIEW, YES}, {YES, YES}}, BACK_EXACT, NULL,
		"release code that does not name it, and drop it in the release after"},
	[VERDICT_VIEW_CHANGED] = {
		"view-changed",
		{{{FIT_MAYBE, "its rows may be others"}, YES},
		 {{FIT_MAYBE, "its rows may be others"}, YES}},
		BACK_EXACT, NULL,
		"give the new query a name of its own, and drop the former view later"},
	[VERDICT_INDEX_ADDED] = {
		"index-added", {{YES, YES}, {{FIT_YES, "queries may be slower"}, YES}},
		BACK_EXACT, NULL, NULL},
	[VERDICT_INDEX_DROPPED] = {
		"index-dropped",
		{{{FIT_YES, "queries may be slower: --queries says which"}, YES}, {YES, YES}},
		BACK_EXACT, NULL, NULL},
	[VERDICT_INDEX_CHANGED] = {
		"index-changed",
		{{{FIT_YES, "queries may be slower: --queries says which"}, YES},
		 {{FIT_YES, "queries may be slower"}, YES}},
		BACK_EXACT, NULL, NULL},
	[VERDICT_UNIQUE_ADDED] = {
		"unique-added",
		{{YES, {FIT_MAYBE, "a row with values that are there already will fail"}},
		 {YES, {FIT_MAYBE, "an UPSERT on it does not compile"}}},
		BACK_EXACT, NULL,
		"have code keep the values apart first, and add it in the release after"},
	[VERDICT_UNIQUE_DROPPED] = {
		"unique-dropped",
		{{YES, {FIT_MAYBE, "an UPSERT on it does not compile"}},
		 {YES, {FIT_MAYBE, "a row with values that are there already will fail"}}},
		BACK_CHECKED, "rows with the same values stand in its way",
		"release code without UPSERTs on it, and drop it in the release after"},
	[VERDICT_UNIQUE_CHANGED] = {
		"unique-changed",
		{{YES, {FIT_MAYBE, "an UPSERT on it may not compile, and other rows fail"}},
		 {YES, {FIT_MAYBE, "an UPSERT on it may not compile, and other rows fail"}}},
		BACK_CHECKED, "rows with the same values stand in its way",
		"add the new index beside the former one, and drop that in the release after"},
	[VERDICT_TRIGGER_ADDED] = {
		"trigger-added",
		{{YES, {FIT_YES, "the trigger runs there, too"}},
		 {YES, {FIT_MAYBE, "what the trigger does is not done"}}},
		BACK_EXACT, NULL, NULL},
	[VERDICT_TRIGGER_REFUSES] = {
		"trigger-added",
		{{YES, {FIT_MAYBE, "the trigger refuses some of them"}},
		 {YES, {FIT_MAYBE, "what the trigger does is not done"}}},
		BACK_EXACT, NULL,
		"have code write what it takes first, and add it in the release after"},
	[VERDICT_TRIGGER_DROPPED] = {
		"trigger-dropped",
		{{YES, {FIT_MAYBE, "what the trigger did is not done"}},
		 {YES, {FIT_YES, "the trigger still runs"}}},
		BACK_EXACT, NULL,
		"release code that does without it, and drop it in the release after"},
	[VERDICT_TRIGGER_CHANGED] = {
		"trigger-changed",
		{{YES, {FIT_MAYBE, "the trigger does something else"}},
		 {YES, {FIT_MAYBE, "the trigger does something else"}}},
		BACK_EXACT, NULL,
		"release code that can do with both, and change it in the release after"},
	[VERDICT_COLUMN_ADDED] = {
		"column-added",
		{{{FIT_YES, "SELECT * sees it"},
		  {FIT_YES, "INSERT without a list of columns fails"}},
		 {GONE_COLUMN, GONE_COLUMN}},
		BACK_LOSSY, "its values go", NULL},
	[VERDICT_COLUMN_REQUIRED] = {
		"required-column-added",
		{{{FIT_YES, "SELECT * sees it"}, {FIT_NO, "INSERTs that do not name it will fail"}},
		 {GONE_COLUMN, GONE_COLUMN}},
		BACK_LOSSY, "its values go",
		"give it a DEFAULT or let it take NULL, and make it NOT NULL when no old code runs"},
	[VERDICT_GENERATED_ADDED] = {
		"generated-column-added",
		{{{FIT_YES, "SELECT * sees it"}, YES}, {GONE_COLUMN, YES}}, BACK_EXACT, NULL, NULL},
	[VERDICT_COLUMN_DROPPED] = {
		"column-dropped",
		{{GONE_COLUMN, GONE_COLUMN},
		 {{FIT_YES, "SELECT * sees it"},
		  {FIT_YES, "INSERT without a list of columns fails"}}},
		BACK_LOSSY, "it comes back without its values",
		"release code that does not name it, and drop it in the release after"},
	[VERDICT_REQUIRED_DROPPED] = {
		"required-column-dropped",
		{{GONE_COLUMN, GONE_COLUMN},
		 {{FIT_YES, "SELECT * sees it"}, {FIT_NO, "INSERTs that do not name it will fail"}}},
		BACK_LOSSY, "it comes back without its values",
		"give it a DEFAULT or let it take NULL first, with code that does not name it, and drop it "
		"in the release after"},
	[VERDICT_GENERATED_DROPPED] = {
		"generated-column-dropped",
		{{GONE_COLUMN, YES}, {{FIT_YES, "SELECT * sees it"}, YES}}, BACK_EXACT, NULL,
		"release code that does not name it, and drop it in the release after"},
	[VERDICT_COLUMN_RENAMED] = {
		"column-renamed", {{FORMER_NAME, FORMER_NAME}, {GONE_COLUMN, GONE_COLUMN}},
		BACK_EXACT, NULL,
		"for code that only reads it, keep the former name as a generated column; else add the new "
		"column, have code write both, and drop the former one later"},
	[VERDICT_TYPE_CHANGED] = {
		"type-changed",
		{{{FIT_MAYBE, "values come in another type"},
		  {FIT_MAYBE, "values are converted to another type"}},
		 {{FIT_MAYBE, "values come in another type"},
		  {FIT_MAYBE, "values are converted to another type"}}},
		BACK_LOSSY, "values are converted, as far as they can be",
		"add a column of the new type under a name of its own, have code write both, and drop the "
		"former one later"},
	[VERDICT_TYPE_NAMED] = {
		"type-renamed", {{YES, YES}, {YES, YES}}, BACK_EXACT, NULL, NULL},
	[VERDICT_DEFAULT_CHANGED] = {
		"default-changed",
		{{YES, {FIT_YES, "INSERTs that do not name it store another value"}},
		 {YES, {FIT_YES, "INSERTs that do not name it store another value"}}},
		BACK_EXACT, NULL, NULL},
	[VERDICT_DEFAULT_GIVEN] = {
		"default-added",
		{{YES, YES}, {YES, {FIT_MAYBE, "INSERTs that do not name it will fail"}}},
		BACK_EXACT, NULL, NULL},
	[VERDICT_DEFAULT_DROPPED] = {
		"default-dropped",
		{{YES, {FIT_MAYBE, "INSERTs that do not name it will fail"}}, {YES, YES}},
		BACK_EXACT, NULL,
		"release code that always names it, and drop the DEFAULT in the release after"},
	[VERDICT_COLLATION_CHANGED] = {
		"collation-changed",
		{{{FIT_MAYBE, "comparisons and order are others"},
		  {FIT_MAYBE, "other values count as the same"}},
		 {{FIT_MAYBE, "comparisons and order are others"},
		  {FIT_MAYBE, "other values count as the same"}}},
		BACK_EXACT, NULL,
		"have code write COLLATE where it matters first, and change it in the release after"},
	[VERDICT_GENERATED_CHANGED] = {
		"generated-column-changed",
		{{{FIT_MAYBE, "its values are others"}, YES},
		 {{FIT_MAYBE, "its values are others"}, YES}},
		BACK_EXACT, NULL,
		"give the new expression a column of its own, and drop the former one later"},
	[VERDICT_BECOMES_GENERATED] = {
		"becomes-generated",
		{{YES, {FIT_NO, "statements that write it will fail"}},
		 {{FIT_MAYBE, "nothing computes it there"}, {FIT_MAYBE, "nothing computes it there"}}},
		BACK_LOSSY, "it keeps what was computed",
		"release code that does not write it, and make it generated in the release after"},
	[VERDICT_BECOMES_ORDINARY] = {
		"becomes-ordinary",
		{{{FIT_MAYBE, "nothing computes it any more"}, YES},
		 {YES, {FIT_NO, "statements that write it will fail"}}},
		BACK_LOSSY, "it is computed again",
		"add an ordinary column beside it, have code write that, and drop the generated one later"},
	[VERDICT_NOT_NULL_ADDED] = {
		"not-null-added",
		{{YES, {FIT_MAYBE, "a NULL will fail"}}, {{FIT_MAYBE, "there may be NULLs"}, YES}},
		BACK_EXACT, NULL,
		"release code that always writes a value, and make it NOT NULL in the release after"},
	[VERDICT_NOT_NULL_DROPPED] = {
		"not-null-dropped",
		{{{FIT_MAYBE, "there may be NULLs"}, YES}, {YES, {FIT_MAYBE, "a NULL will fail"}}},
		BACK_CHECKED, "NULLs stand in its way",
		"release code that can read NULL, and write the first one in the release after"},
	[VERDICT_CHECK_ADDED] = {
		"check-added", {{YES, {FIT_MAYBE, "rows that it refuses will fail"}}, {YES, YES}},
		BACK_EXACT, NULL,
		"release code that writes nothing else, and add it in the release after"},
	[VERDICT_CHECK_DROPPED] = {
		"check-dropped",
		{{{FIT_YES, "there may be values that it refused"}, YES},
		 {YES, {FIT_MAYBE, "rows that it refuses will fail"}}},
		BACK_CHECKED, "rows that it refuses stand in its way", NULL},
	[VERDICT_FOREIGN_KEY_ADDED] = {
		"foreign-key-added",
		{{YES, {FIT_MAYBE, "where foreign keys are on, rows without a parent will fail"}},
		 {YES, {FIT_YES, "its actions do not run there"}}},
		BACK_EXACT, NULL,
		"release code that writes parents first, and add it in the release after"},
	[VERDICT_FOREIGN_KEY_DROPPED] = {
		"foreign-key-dropped",
		{{YES, {FIT_YES, "its actions do not run there"}},
		 {YES, {FIT_MAYBE, "where foreign keys are on, rows without a parent will fail"}}},
		BACK_CHECKED, "rows without a parent stand in its way", NULL},
	[VERDICT_KEY_CHANGED] = {
		"key-changed",
		{{YES, {FIT_MAYBE, "an UPSERT on the key may not compile, and other rows fail"}},
		 {YES, {FIT_MAYBE, "an UPSERT on the key may not compile, and other rows fail"}}},
		BACK_CHECKED, "rows with the same key stand in its way",
		"make a new table beside it, have code write both, and drop the former one later"},
	[VERDICT_STRICT_ADDED] = {
		"strict-added",
		{{YES, {FIT_MAYBE, "a value of another type will fail"}}, {YES, YES}},
		BACK_EXACT, NULL,
		"release code that writes the declared types, and make it STRICT in the release after"},
	[VERDICT_STRICT_DROPPED] = {
		"strict-dropped",
		{{{FIT_YES, "there may be values of other types"}, YES},
		 {YES, {FIT_MAYBE, "a value of another type will fail"}}},
		BACK_CHECKED, "values of other types stand in its way", NULL},
	[VERDICT_ROWID_DROPPED] = {
		"without-rowid-added",
		{{{FIT_MAYBE, "there is no rowid"},
		  {FIT_MAYBE, "there is no rowid, and a NULL in the key will fail"}},
		 {YES, YES}},
		BACK_EXACT, "rows get new rowids",
		"release code that does without rowid, and change it in the release after"},
	[VERDICT_ROWID_ADDED] = {
		"without-rowid-dropped",
		{{YES, YES}, {{FIT_MAYBE, "there is no rowid"}, {FIT_MAYBE, "there is no rowid"}}},
		BACK_EXACT, NULL, NULL},
	[VERDICT_ORDER_CHANGED] = {
		"column-order-changed",
		{{{FIT_MAYBE, "SELECT * has them in another order"},
		  {FIT_MAYBE, "INSERT without a list of columns crosses values"}},
		 {{FIT_MAYBE, "SELECT * has them in another order"},
		  {FIT_MAYBE, "INSERT without a list of columns crosses values"}}},
		BACK_EXACT, NULL,
		"release code that names its columns, and change it in the release after"},
	[VERDICT_NUMBER_CHANGED] = {
		"number-changed",
		{{{FIT_YES, "code that asks for it sees another number"}, YES},
		 {{FIT_YES, "code that asks for it sees another number"}, YES}},
		BACK_EXACT, NULL, NULL},
};
/* clang-format on */

_Static_assert(sizeof(mo_verdicts) / sizeof(*mo_verdicts) == VERDICT_COUNT,
	       "a verdict for each kind");

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
	const struct object *object = change->want ? change->want : change->have;

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
