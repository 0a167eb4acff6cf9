/* SPDX-License-Identifier: MIT */
/* former.c: what a thing was called before the renames, and what it is called after them. */
#include "base/text.h"
#include "diff/diff.h"

bool mo_rename_is_of_case(const struct rename *rename)
{
	return mo_same_name(rename->have, rename->want);
}

static const char *former(const struct diff *diff, const char *table, const char *name)
{
	EACH (const struct rename, rename, &diff->renames)
		if (mo_same_name(rename->table, table) && mo_same_name(rename->want, name))
			return rename->have;
	return name;
}

const char *mo_diff_former_table(const struct diff *diff, const char *name)
{
	return former(diff, NULL, name);
}

const char *mo_diff_former_column(const struct diff *diff, const char *table, const char *column)
{
	return former(diff, table, column);
}

/* The table is NULL where the name is a table's. */
static const char *present(const struct diff *diff, const char *table, const char *name)
{
	EACH (const struct rename, rename, &diff->renames)
		if (mo_same_name(rename->table, table) && mo_same_name(rename->have, name))
			return rename->want;
	return name;
}

const char *mo_diff_present_table(const struct diff *diff, const char *name)
{
	return present(diff, NULL, name);
}

const char *mo_diff_present_column(const struct diff *diff, const char *table, const char *column)
{
	return present(diff, table, column);
}

bool mo_diff_is_in_the_way(const struct diff *diff, const struct object *object)
{
	EACH (const struct rename, rename, &diff->renames)
		if (!rename->table && mo_same_name(rename->want, object->name))
			return object->kind == KIND_VIEW || object->kind == KIND_INDEX;
	return false;
}
