/* SPDX-License-Identifier: MIT */
/* verdict_table.c: the one table of verdicts; see verdict.h. */
#include "diff/verdict.h"

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
#define OFFLINE "apply it without --side-by-side, when no old code runs"
#define NEW_NAME "give it a name of its own in this release, and drop the former one in the next"
#define FORMER "new code finds it as it was"

/* clang-format off */
const struct verdict mo_verdicts[] = {
	[VERDICT_TABLE_ADDED] = {
		"table-added", {{YES, YES}, {GONE_TABLE, GONE_TABLE}},
		BACK_LOSSY, "its rows go", NULL,
		{SIDE_AT_ONCE, NULL, NULL}},
	[VERDICT_TABLE_DROPPED] = {
		"table-dropped", {{GONE_TABLE, GONE_TABLE}, {YES, YES}},
		BACK_LOSSY, "it comes back without its rows",
		"release code that does not name it, and drop it in the release after",
		{SIDE_AT_THE_END, NULL, NULL}},
	[VERDICT_TABLE_RENAMED] = {
		"table-renamed", {{FORMER_NAME, FORMER_NAME}, {GONE_TABLE, GONE_TABLE}},
		BACK_EXACT, NULL,
		"for code that only reads it, declare a view of the former name until no old code runs; "
		"else make the new table beside it, have code write both, and drop the former one later",
		{SIDE_REFUSED, "a table has one name, and old code says the former one", OFFLINE}},
	[VERDICT_VIRTUAL_CHANGED] = {
		"virtual-table-changed",
		{{{FIT_MAYBE, "its module may answer otherwise"},
		  {FIT_MAYBE, "its module may take other values"}},
		 {{FIT_MAYBE, "its module may answer otherwise"},
		  {FIT_MAYBE, "its module may take other values"}}},
		BACK_LOSSY, "its content is made again",
		"make it under another name, and drop the former one later",
		{SIDE_REFUSED, "a virtual table is made again with its content", NEW_NAME}},
	[VERDICT_VIEW_ADDED] = {
		"view-added", {{YES, YES}, {GONE_VIEW, YES}}, BACK_EXACT, NULL, NULL,
		{SIDE_AT_ONCE, NULL, NULL}},
	[VERDICT_VIEW_DROPPED] = {
		"view-dropped", {{GONE_VIEW, YES}, {YES, YES}}, BACK_EXACT, NULL,
		"release code that does not name it, and drop it in the release after",
		{SIDE_AT_THE_END, NULL, NULL}},
	[VERDICT_VIEW_CHANGED] = {
		"view-changed",
		{{{FIT_MAYBE, "its rows may be others"}, YES},
		 {{FIT_MAYBE, "its rows may be others"}, YES}},
		BACK_EXACT, NULL,
		"give the new query a name of its own, and drop the former view later",
		{SIDE_AT_THE_END, FORMER, NULL}},
	[VERDICT_INDEX_ADDED] = {
		"index-added", {{YES, YES}, {{FIT_YES, "queries may be slower"}, YES}},
		BACK_EXACT, NULL, NULL,
		{SIDE_AT_ONCE, NULL, NULL}},
	[VERDICT_INDEX_DROPPED] = {
		"index-dropped",
		{{{FIT_YES, "queries may be slower: --queries says which"}, YES}, {YES, YES}},
		BACK_EXACT, NULL, NULL,
		{SIDE_AT_THE_END, NULL, NULL}},
	[VERDICT_INDEX_CHANGED] = {
		"index-changed",
		{{{FIT_YES, "queries may be slower: --queries says which"}, YES},
		 {{FIT_YES, "queries may be slower"}, YES}},
		BACK_EXACT, NULL, NULL,
		{SIDE_AT_THE_END, FORMER, NULL}},
	[VERDICT_UNIQUE_ADDED] = {
		"unique-added",
		{{YES, {FIT_MAYBE, "a row with values that are there already will fail"}},
		 {YES, {FIT_MAYBE, "an UPSERT on it does not compile"}}},
		BACK_EXACT, NULL,
		"have code keep the values apart first, and add it in the release after",
		{SIDE_AT_THE_END, "rows with the same values are in its way then", NULL}},
	[VERDICT_UNIQUE_DROPPED] = {
		"unique-dropped",
		{{YES, {FIT_MAYBE, "an UPSERT on it does not compile"}},
		 {YES, {FIT_MAYBE, "a row with values that are there already will fail"}}},
		BACK_CHECKED, "rows with the same values stand in its way",
		"release code without UPSERTs on it, and drop it in the release after",
		{SIDE_AT_THE_END, "new code is still held to it", NULL}},
	[VERDICT_UNIQUE_CHANGED] = {
		"unique-changed",
		{{YES, {FIT_MAYBE, "an UPSERT on it may not compile, and other rows fail"}},
		 {YES, {FIT_MAYBE, "an UPSERT on it may not compile, and other rows fail"}}},
		BACK_CHECKED, "rows with the same values stand in its way",
		"add the new index beside the former one, and drop that in the release after",
		{SIDE_AT_THE_END, FORMER, NULL}},
	[VERDICT_TRIGGER_ADDED] = {
		"trigger-added",
		{{YES, {FIT_YES, "the trigger runs there, too"}},
		 {YES, {FIT_MAYBE, "what the trigger does is not done"}}},
		BACK_EXACT, NULL, NULL,
		{SIDE_AT_THE_END, "it does not run before", NULL}},
	[VERDICT_TRIGGER_REFUSES] = {
		"trigger-added",
		{{YES, {FIT_MAYBE, "the trigger refuses some of them"}},
		 {YES, {FIT_MAYBE, "what the trigger does is not done"}}},
		BACK_EXACT, NULL,
		"have code write what it takes first, and add it in the release after",
		{SIDE_AT_THE_END, "it does not run before", NULL}},
	[VERDICT_TRIGGER_DROPPED] = {
		"trigger-dropped",
		{{YES, {FIT_MAYBE, "what the trigger did is not done"}},
		 {YES, {FIT_YES, "the trigger still runs"}}},
		BACK_EXACT, NULL,
		"release code that does without it, and drop it in the release after",
		{SIDE_AT_THE_END, "it runs until then", NULL}},
	[VERDICT_TRIGGER_CHANGED] = {
		"trigger-changed",
		{{YES, {FIT_MAYBE, "the trigger does something else"}},
		 {YES, {FIT_MAYBE, "the trigger does something else"}}},
		BACK_EXACT, NULL,
		"release code that can do with both, and change it in the release after",
		{SIDE_AT_THE_END, FORMER, NULL}},
	[VERDICT_COLUMN_ADDED] = {
		"column-added",
		{{{FIT_YES, "SELECT * sees it"},
		  {FIT_YES, "INSERT without a list of columns fails"}},
		 {GONE_COLUMN, GONE_COLUMN}},
		BACK_LOSSY, "its values go", NULL,
		{SIDE_AT_ONCE, NULL, NULL}},
	[VERDICT_COLUMN_REQUIRED] = {
		"required-column-added",
		{{{FIT_YES, "SELECT * sees it"}, {FIT_NO, "INSERTs that do not name it will fail"}},
		 {GONE_COLUMN, GONE_COLUMN}},
		BACK_LOSSY, "its values go",
		"give it a DEFAULT or let it take NULL, and make it NOT NULL when no old code runs",
		{SIDE_REFUSED, "old code does not give it a value",
		 "say in using what it is for a row of old code, or give it a DEFAULT"}},
	[VERDICT_GENERATED_ADDED] = {
		"generated-column-added",
		{{{FIT_YES, "SELECT * sees it"}, YES}, {GONE_COLUMN, YES}}, BACK_EXACT, NULL, NULL,
		{SIDE_AT_THE_END, "it is not there before", NULL}},
	[VERDICT_COLUMN_DROPPED] = {
		"column-dropped",
		{{GONE_COLUMN, GONE_COLUMN},
		 {{FIT_YES, "SELECT * sees it"},
		  {FIT_YES, "INSERT without a list of columns fails"}}},
		BACK_LOSSY, "it comes back without its values",
		"release code that does not name it, and drop it in the release after",
		{SIDE_AT_THE_END, NULL, NULL}},
	[VERDICT_REQUIRED_DROPPED] = {
		"required-column-dropped",
		{{GONE_COLUMN, GONE_COLUMN},
		 {{FIT_YES, "SELECT * sees it"}, {FIT_NO, "INSERTs that do not name it will fail"}}},
		BACK_LOSSY, "it comes back without its values",
		"give it a DEFAULT or let it take NULL first, with code that does not name it, and drop it "
		"in the release after",
		{SIDE_REFUSED, "new code gives it no value, and it is NOT NULL without a DEFAULT",
		 "say in the back of its <dropped> what it is for a row of new code"}},
	[VERDICT_GENERATED_DROPPED] = {
		"generated-column-dropped",
		{{GONE_COLUMN, YES}, {{FIT_YES, "SELECT * sees it"}, YES}}, BACK_EXACT, NULL,
		"release code that does not name it, and drop it in the release after",
		{SIDE_AT_THE_END, NULL, NULL}},
	[VERDICT_COLUMN_RENAMED] = {
		"column-renamed", {{FORMER_NAME, FORMER_NAME}, {GONE_COLUMN, GONE_COLUMN}},
		BACK_EXACT, NULL,
		"for code that only reads it, keep the former name as a generated column; else add the new "
		"column, have code write both, and drop the former one later",
		{SIDE_IN_STEP, NULL, NULL}},
	[VERDICT_TYPE_CHANGED] = {
		"type-changed",
		{{{FIT_MAYBE, "values come in another type"},
		  {FIT_MAYBE, "values are converted to another type"}},
		 {{FIT_MAYBE, "values come in another type"},
		  {FIT_MAYBE, "values are converted to another type"}}},
		BACK_LOSSY, "values are converted, as far as they can be",
		"add a column of the new type under a name of its own, have code write both, and drop the "
		"former one later",
		{SIDE_REFUSED, "one column has one type",
		 "give the new type a column of its own name, with was"}},
	[VERDICT_TYPE_NAMED] = {
		"type-renamed", {{YES, YES}, {YES, YES}}, BACK_EXACT, NULL, NULL,
		{SIDE_AT_THE_END, NULL, NULL}},
	[VERDICT_DEFAULT_CHANGED] = {
		"default-changed",
		{{YES, {FIT_YES, "INSERTs that do not name it store another value"}},
		 {YES, {FIT_YES, "INSERTs that do not name it store another value"}}},
		BACK_EXACT, NULL, NULL,
		{SIDE_AT_THE_END, "new code gets the former DEFAULT", NULL}},
	[VERDICT_DEFAULT_GIVEN] = {
		"default-added",
		{{YES, YES}, {YES, {FIT_MAYBE, "INSERTs that do not name it will fail"}}},
		BACK_EXACT, NULL, NULL,
		{SIDE_AT_THE_END, "new code must give a value", NULL}},
	[VERDICT_DEFAULT_DROPPED] = {
		"default-dropped",
		{{YES, {FIT_MAYBE, "INSERTs that do not name it will fail"}}, {YES, YES}},
		BACK_EXACT, NULL,
		"release code that always names it, and drop the DEFAULT in the release after",
		{SIDE_AT_THE_END, NULL, NULL}},
	[VERDICT_COLLATION_CHANGED] = {
		"collation-changed",
		{{{FIT_MAYBE, "comparisons and order are others"},
		  {FIT_MAYBE, "other values count as the same"}},
		 {{FIT_MAYBE, "comparisons and order are others"},
		  {FIT_MAYBE, "other values count as the same"}}},
		BACK_EXACT, NULL,
		"have code write COLLATE where it matters first, and change it in the release after",
		{SIDE_AT_THE_END, "new code has the former order", NULL}},
	[VERDICT_GENERATED_CHANGED] = {
		"generated-column-changed",
		{{{FIT_MAYBE, "its values are others"}, YES},
		 {{FIT_MAYBE, "its values are others"}, YES}},
		BACK_EXACT, NULL,
		"give the new expression a column of its own, and drop the former one later",
		{SIDE_AT_THE_END, FORMER, NULL}},
	[VERDICT_BECOMES_GENERATED] = {
		"becomes-generated",
		{{YES, {FIT_NO, "statements that write it will fail"}},
		 {{FIT_MAYBE, "nothing computes it there"}, {FIT_MAYBE, "nothing computes it there"}}},
		BACK_LOSSY, "it keeps what was computed",
		"release code that does not write it, and make it generated in the release after",
		{SIDE_REFUSED, "old code writes it, and nobody may write a generated column", NEW_NAME}},
	[VERDICT_BECOMES_ORDINARY] = {
		"becomes-ordinary",
		{{{FIT_MAYBE, "nothing computes it any more"}, YES},
		 {YES, {FIT_NO, "statements that write it will fail"}}},
		BACK_LOSSY, "it is computed again",
		"add an ordinary column beside it, have code write that, and drop the generated one later",
		{SIDE_REFUSED, "new code writes it, and nobody may write a generated column", NEW_NAME}},
	[VERDICT_NOT_NULL_ADDED] = {
		"not-null-added",
		{{YES, {FIT_MAYBE, "a NULL will fail"}}, {{FIT_MAYBE, "there may be NULLs"}, YES}},
		BACK_EXACT, NULL,
		"release code that always writes a value, and make it NOT NULL in the release after",
		{SIDE_AT_THE_END, "there may be NULLs until then, which using fills at the end", NULL}},
	[VERDICT_NOT_NULL_DROPPED] = {
		"not-null-dropped",
		{{{FIT_MAYBE, "there may be NULLs"}, YES}, {YES, {FIT_MAYBE, "a NULL will fail"}}},
		BACK_CHECKED, "NULLs stand in its way",
		"release code that can read NULL, and write the first one in the release after",
		{SIDE_AT_THE_END, "new code cannot write NULL before", NULL}},
	[VERDICT_CHECK_ADDED] = {
		"check-added", {{YES, {FIT_MAYBE, "rows that it refuses will fail"}}, {YES, YES}},
		BACK_EXACT, NULL,
		"release code that writes nothing else, and add it in the release after",
		{SIDE_AT_THE_END, "rows that it refuses are in its way then", NULL}},
	[VERDICT_CHECK_DROPPED] = {
		"check-dropped",
		{{{FIT_YES, "there may be values that it refused"}, YES},
		 {YES, {FIT_MAYBE, "rows that it refuses will fail"}}},
		BACK_CHECKED, "rows that it refuses stand in its way", NULL,
		{SIDE_AT_THE_END, "new code is still held to it", NULL}},
	[VERDICT_FOREIGN_KEY_ADDED] = {
		"foreign-key-added",
		{{YES, {FIT_MAYBE, "where foreign keys are on, rows without a parent will fail"}},
		 {YES, {FIT_YES, "its actions do not run there"}}},
		BACK_EXACT, NULL,
		"release code that writes parents first, and add it in the release after",
		{SIDE_AT_THE_END, "rows without a parent are in its way then", NULL}},
	[VERDICT_FOREIGN_KEY_DROPPED] = {
		"foreign-key-dropped",
		{{YES, {FIT_YES, "its actions do not run there"}},
		 {YES, {FIT_MAYBE, "where foreign keys are on, rows without a parent will fail"}}},
		BACK_CHECKED, "rows without a parent stand in its way", NULL,
		{SIDE_AT_THE_END, "new code is still held to it", NULL}},
	[VERDICT_KEY_CHANGED] = {
		"key-changed",
		{{YES, {FIT_MAYBE, "an UPSERT on the key may not compile, and other rows fail"}},
		 {YES, {FIT_MAYBE, "an UPSERT on the key may not compile, and other rows fail"}}},
		BACK_CHECKED, "rows with the same key stand in its way",
		"make a new table beside it, have code write both, and drop the former one later",
		{SIDE_REFUSED, "rows have one key, and both would have to find them by it", OFFLINE}},
	[VERDICT_STRICT_ADDED] = {
		"strict-added",
		{{YES, {FIT_MAYBE, "a value of another type will fail"}}, {YES, YES}},
		BACK_EXACT, NULL,
		"release code that writes the declared types, and make it STRICT in the release after",
		{SIDE_REFUSED, "a STRICT table takes no value that says that none was given", OFFLINE}},
	[VERDICT_STRICT_DROPPED] = {
		"strict-dropped",
		{{{FIT_YES, "there may be values of other types"}, YES},
		 {YES, {FIT_MAYBE, "a value of another type will fail"}}},
		BACK_CHECKED, "values of other types stand in its way", NULL,
		{SIDE_REFUSED, "a STRICT table takes no value that says that none was given", OFFLINE}},
	[VERDICT_ROWID_DROPPED] = {
		"without-rowid-added",
		{{{FIT_MAYBE, "there is no rowid"},
		  {FIT_MAYBE, "there is no rowid, and a NULL in the key will fail"}},
		 {YES, YES}},
		BACK_EXACT, "rows get new rowids",
		"release code that does without rowid, and change it in the release after",
		{SIDE_REFUSED, "the rows are stored otherwise", OFFLINE}},
	[VERDICT_ROWID_ADDED] = {
		"without-rowid-dropped",
		{{YES, YES}, {{FIT_MAYBE, "there is no rowid"}, {FIT_MAYBE, "there is no rowid"}}},
		BACK_EXACT, NULL, NULL,
		{SIDE_REFUSED, "the rows are stored otherwise", OFFLINE}},
	[VERDICT_ORDER_CHANGED] = {
		"column-order-changed",
		{{{FIT_MAYBE, "SELECT * has them in another order"},
		  {FIT_MAYBE, "INSERT without a list of columns crosses values"}},
		 {{FIT_MAYBE, "SELECT * has them in another order"},
		  {FIT_MAYBE, "INSERT without a list of columns crosses values"}}},
		BACK_EXACT, NULL,
		"release code that names its columns, and change it in the release after",
		{SIDE_AT_THE_END, NULL, NULL}},
	[VERDICT_NUMBER_CHANGED] = {
		"number-changed",
		{{{FIT_YES, "code that asks for it sees another number"}, YES},
		 {{FIT_YES, "code that asks for it sees another number"}, YES}},
		BACK_EXACT, NULL, NULL,
		{SIDE_AT_THE_END, "code that asks for it finds the former one", NULL}},
};
/* clang-format on */

_Static_assert(sizeof(mo_verdicts) / sizeof(*mo_verdicts) == VERDICT_COUNT,
	       "a verdict for each kind");

const char *const mo_side_whens[SIDE_WHENS] = {"at once", "in step", "at the end", "refused"};
