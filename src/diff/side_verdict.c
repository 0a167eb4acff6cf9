/* SPDX-License-Identifier: MIT */
/* side_verdict.c: the table; see side_verdict.h. */
#include "diff/side_verdict.h"

#define OFFLINE "apply it without --side-by-side, when no old code runs"
#define NEW_NAME "give it a name of its own in this release, and drop the former one in the next"
#define FORMER "new code finds it as it was"

/* clang-format off */
const struct side_verdict mo_side_verdicts[] = {
	[VERDICT_TABLE_ADDED] = {SIDE_AT_ONCE, NULL, NULL},
	[VERDICT_TABLE_DROPPED] = {SIDE_AT_THE_END, NULL, NULL},
	[VERDICT_TABLE_RENAMED] = {
		SIDE_REFUSED, "a table has one name, and old code says the former one", OFFLINE},
	[VERDICT_VIRTUAL_CHANGED] = {
		SIDE_REFUSED, "a virtual table is made again with its content", NEW_NAME},
	[VERDICT_VIEW_ADDED] = {SIDE_AT_ONCE, NULL, NULL},
	[VERDICT_VIEW_DROPPED] = {SIDE_AT_THE_END, NULL, NULL},
	[VERDICT_VIEW_CHANGED] = {SIDE_AT_THE_END, FORMER, NULL},
	[VERDICT_INDEX_ADDED] = {SIDE_AT_ONCE, NULL, NULL},
	[VERDICT_INDEX_DROPPED] = {SIDE_AT_THE_END, NULL, NULL},
	[VERDICT_INDEX_CHANGED] = {SIDE_AT_THE_END, FORMER, NULL},
	[VERDICT_UNIQUE_ADDED] = {
		SIDE_AT_THE_END, "rows with the same values are in its way then", NULL},
	[VERDICT_UNIQUE_DROPPED] = {SIDE_AT_THE_END, "new code is still held to it", NULL},
	[VERDICT_UNIQUE_CHANGED] = {SIDE_AT_THE_END, FORMER, NULL},
	[VERDICT_TRIGGER_ADDED] = {SIDE_AT_THE_END, "it does not run before", NULL},
	[VERDICT_TRIGGER_REFUSES] = {SIDE_AT_THE_END, "it does not run before", NULL},
	[VERDICT_TRIGGER_DROPPED] = {SIDE_AT_THE_END, "it runs until then", NULL},
	[VERDICT_TRIGGER_CHANGED] = {SIDE_AT_THE_END, FORMER, NULL},
	[VERDICT_COLUMN_ADDED] = {SIDE_AT_ONCE, NULL, NULL},
	[VERDICT_COLUMN_REQUIRED] = {
		SIDE_REFUSED, "old code does not give it a value",
		"say in using what it is for a row of old code, or give it a DEFAULT"},
	[VERDICT_GENERATED_ADDED] = {SIDE_AT_THE_END, "it is not there before", NULL},
	[VERDICT_COLUMN_DROPPED] = {SIDE_AT_THE_END, NULL, NULL},
	[VERDICT_REQUIRED_DROPPED] = {
		SIDE_REFUSED, "new code gives it no value, and it is NOT NULL without a DEFAULT",
		"say in the back of its <dropped> what it is for a row of new code"},
	[VERDICT_GENERATED_DROPPED] = {SIDE_AT_THE_END, NULL, NULL},
	[VERDICT_COLUMN_RENAMED] = {SIDE_IN_STEP, NULL, NULL},
	[VERDICT_TYPE_CHANGED] = {
		SIDE_REFUSED, "one column has one type", "give the new type a column of its own name, with was"},
	[VERDICT_TYPE_NAMED] = {SIDE_AT_THE_END, NULL, NULL},
	[VERDICT_DEFAULT_CHANGED] = {SIDE_AT_THE_END, "new code gets the former DEFAULT", NULL},
	[VERDICT_DEFAULT_GIVEN] = {SIDE_AT_THE_END, "new code must give a value", NULL},
	[VERDICT_DEFAULT_DROPPED] = {SIDE_AT_THE_END, NULL, NULL},
	[VERDICT_COLLATION_CHANGED] = {SIDE_AT_THE_END, "new code has the former order", NULL},
	[VERDICT_GENERATED_CHANGED] = {SIDE_AT_THE_END, FORMER, NULL},
	[VERDICT_BECOMES_GENERATED] = {
		SIDE_REFUSED, "old code writes it, and nobody may write a generated column", NEW_NAME},
	[VERDICT_BECOMES_ORDINARY] = {
		SIDE_REFUSED, "new code writes it, and nobody may write a generated column", NEW_NAME},
	[VERDICT_NOT_NULL_ADDED] = {
		SIDE_AT_THE_END, "there may be NULLs until then, which using fills at the end", NULL},
	[VERDICT_NOT_NULL_DROPPED] = {SIDE_AT_THE_END, "new code cannot write NULL before", NULL},
	[VERDICT_CHECK_ADDED] = {
		SIDE_AT_THE_END, "rows that it refuses are in its way then", NULL},
	[VERDICT_CHECK_DROPPED] = {SIDE_AT_THE_END, "new code is still held to it", NULL},
	[VERDICT_FOREIGN_KEY_ADDED] = {
		SIDE_AT_THE_END, "rows without a parent are in its way then", NULL},
	[VERDICT_FOREIGN_KEY_DROPPED] = {SIDE_AT_THE_END, "new code is still held to it", NULL},
	[VERDICT_KEY_CHANGED] = {
		SIDE_REFUSED, "rows have one key, and both would have to find them by it", OFFLINE},
	[VERDICT_STRICT_ADDED] = {
		SIDE_REFUSED, "a STRICT table takes no value that says that none was given", OFFLINE},
	[VERDICT_STRICT_DROPPED] = {
		SIDE_REFUSED, "a STRICT table takes no value that says that none was given", OFFLINE},
	[VERDICT_ROWID_DROPPED] = {SIDE_REFUSED, "the rows are stored otherwise", OFFLINE},
	[VERDICT_ROWID_ADDED] = {SIDE_REFUSED, "the rows are stored otherwise", OFFLINE},
	[VERDICT_ORDER_CHANGED] = {SIDE_AT_THE_END, NULL, NULL},
	[VERDICT_NUMBER_CHANGED] = {SIDE_AT_THE_END, "code that asks for it finds the former one", NULL},
};
/* clang-format on */

_Static_assert(sizeof(mo_side_verdicts) / sizeof(*mo_side_verdicts) == VERDICT_COUNT,
	       "a verdict for each kind");

const char *const mo_side_whens[SIDE_WHENS] = {"at once", "in step", "at the end", "refused"};
