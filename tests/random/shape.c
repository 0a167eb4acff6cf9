/* SPDX-License-Identifier: MIT */
/* shape.c: finding, naming and removing in a shape; see shape.h. */
#include "shape.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

struct thing *shape_find(struct shape *shape, int id)
{
	int i;

	for (i = 0; i < shape->count; i++)
		if (shape->things[i].id == id)
			return &shape->things[i];
	return NULL;
}

struct field *thing_field(struct thing *thing, int id)
{
	int i;

	for (i = 0; i < thing->field_count; i++)
		if (thing->fields[i].id == id)
			return &thing->fields[i];
	return NULL;
}

struct field *shape_field(struct shape *shape, int id)
{
	struct field *field = NULL;
	int i;

	for (i = 0; i < shape->count && !field; i++)
		field = thing_field(&shape->things[i], id);
	return field;
}

int shape_count(const struct shape *shape, enum thing_kind kind)
{
	int i, count = 0;

	for (i = 0; i < shape->count; i++)
		count += shape->things[i].kind == kind;
	return count;
}

struct thing *shape_random(struct dice *dice, struct shape *shape, enum thing_kind kind)
{
	int i, count = shape_count(shape, kind), which;

	if (!count)
		return NULL;
	which = dice_roll(dice, count);
	for (i = 0; i < shape->count; i++)
		if (shape->things[i].kind == kind && !which--)
			return &shape->things[i];
	return NULL;
}

/* ---- who speaks of whom ---- */

bool text_speaks_of(const char *text, char mark, int id)
{
	for (; text && *text; text++)
		if (*text == mark && atoi(text + 1) == id)
			return true;
	return false;
}

bool rule_speaks_of(const struct rule *rule, int column)
{
	int i;

	for (i = 0; i < rule->count; i++)
		if (rule->terms[i].column == column)
			return true;
	return text_speaks_of(rule->check, 1, column);
}

void shape_remove(struct shape *shape, struct thing *thing)
{
	int id = thing->id, at = (int)(thing - shape->things), i;

	shape->count--;
	memmove(thing, thing + 1, (size_t)(shape->count - at) * sizeof(*thing));
	for (i = shape->count - 1; i >= 0; i--) {
		struct thing *other = &shape->things[i];

		if (i < shape->count && other->on == id &&
		    (other->kind == THING_INDEX || other->kind == THING_TRIGGER))
			shape_remove(shape, other);
	}
}

/* ---- names ---- */

bool name_is_free(const struct shape *shape, enum thing_kind kind, const char *name)
{
	int i;

	for (i = 0; i < shape->count; i++)
		if ((shape->things[i].kind == THING_TRIGGER) == (kind == THING_TRIGGER) &&
		    !sqlite3_stricmp(shape->things[i].name, name))
			return false;
	return true;
}

bool field_name_is_free(const struct thing *thing, const char *name)
{
	int i;

	for (i = 0; i < thing->field_count; i++)
		if (!sqlite3_stricmp(thing->fields[i].name, name))
			return false;
	return true;
}

static const char *const plain_names[] = {
	"a",  "b",    "c",	"d",	 "id",	      "Name",  "value",	     "kind",
	"x1", "y2",   "parent", "child", "amount",    "count", "Person",     "t",
	"u",  "note", "_",	"a_b",	 "MixedCase", "qty",   "created_at",
};

static const char *const odd_names[] = {
	"order",
	"select",
	"table",
	"group",
	"index",
	"key",
	"replace",
	"from",
	"values",
	"end",
	"begin",
	"check",
	"primary",
	"references",
	"collate",
	"generated",
	"always",
	"as",
	"of",
	"when",
	"row",
	"strict",
	"without",
	"rowid",
	"oid",
	"_rowid_",
	"true",
	"false",
	"null",
	"current_time",
	"new",
	"old",
	"excluded",
	"main",
	"temp",
	"instead",
	"not",
	"default",
	"unique",
	"constraint",
	"conflict",
	"autoincrement",
	"deferrable",
	"filter",
	"over",
	"a b",
	" lead",
	"trail ",
	"x\"y",
	"it's",
	"[b]",
	"b]c",
	"back`tick",
	"dot.ted",
	"semi;colon",
	"--dash",
	"/*c*/",
	"*/",
	"(p)",
	"a,b",
	"1st",
	"123",
	"a$b",
	"$x",
	"?1",
	":p",
	"@v",
	"#h",
	"%s",
	"a%20b",
	"&amp;",
	"<tag>",
	"a=b",
	"\\back",
	"tab\there",
	"new\nline",
	"\303\274mlaut",
	"\320\270\320\274\321\217",
	"\345\220\215\345\211\215",
	"emoji\360\237\230\200",
	"\303\234MLAUT",
	"_0",
	"moult",
	"new_t",
	"sqlite",
	"xml:lang",
	"''",
	"\"\"",
	"x''",
	"0x1F",
	("a_very_long_name_that_goes_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and"
	 "_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on"),
};

static const char *any_name(struct dice *dice)
{
	const char *name = dice_chance(dice, 60) ? PICK(dice, plain_names) : PICK(dice, odd_names);

	if (dice_chance(dice, 10))
		name = dice_format(dice, "%s%d", name, dice_roll(dice, 10));
	if (dice_chance(dice, 2))
		name = "";
	return name;
}

const char *new_name(struct dice *dice, const struct shape *shape, enum thing_kind kind)
{
	const char *name;

	do
		name = any_name(dice);
	while (!name_is_free(shape, kind, name));
	return name;
}

const char *new_field_name(struct dice *dice, const struct thing *thing)
{
	const char *name;

	/* SQLite itself loses a column of these names in a subquery. */
	do
		name = any_name(dice);
	while (!field_name_is_free(thing, name) || !sqlite3_stricmp(name, "true") ||
	       !sqlite3_stricmp(name, "false"));
	return name;
}
