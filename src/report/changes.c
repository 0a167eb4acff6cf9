/* SPDX-License-Identifier: MIT */
/*
 * changes.c: the changes of a difference, a line or a JSON object each.
 *
 *	table person, was people
 *	  > column mail, was email
 *	  + column born TEXT
 *	  + NOT NULL (born)
 *	  ~ column name: type TEXT becomes INTEGER
 *	+ table visit
 *	- index person_name
 *	~ user_version: 1 becomes 2
 *
 * An element of "differences", "changes" and "renames":
 *
 *	{
 *	  "verb": "change",             or "add", "drop", "rename"
 *	  "part": "column",             or "table", "virtual table", "index", "view", "trigger",
 *	                                "constraint", "user_version", "application_id"
 *	  "object": "column person.name",   as messages call it, by its name after the change
 *	  "name": "person",             of its object; null for the last two parts
 *	  "column": "name",             or null
 *	  "was": null,                  the former name, of a rename
 *	  "attributes": ["type"],       of "change": type, collation, default, generated, strict,
 *	                                without-rowid, column-order
 *	  "undeclared": false,          a drop by the document's silence, not by its word
 *	  "message": "type TEXT becomes INTEGER"
 *	}
 *
 * An element of "kept": what stays though the document does not declare it.
 *
 *	{
 *	  "object": "table stranger",
 *	  "fate": "kept"                or "silent" (undeclared="keep"), "ignored" (<ignore>, or
 *	                                another program's), "refused"
 *	}
 */
#include "report/changes.h"

#include "base/text.h"
#include "diff/describe.h"

struct mark {
	const char *sign;
	enum paint paint;
	const char *verb;
};

static const struct mark marks[] = {
	[VERB_ADD] = {"+", PAINT_ADD, "add"},
	[VERB_DROP] = {"-", PAINT_DROP, "drop"},
	[VERB_CHANGE] = {"~", PAINT_CHANGE, "change"},
};
static const struct mark rename_mark = {">", PAINT_RENAME, "rename"};

bool mo_change_is_part(const struct change *change)
{
	const struct object *object = mo_change_object(change);

	return object && (object->kind == KIND_TABLE || object->kind == KIND_VIRTUAL) &&
	       (change->part != PART_OBJECT || change->verb == VERB_CHANGE);
}

/* Whether something is dropped without a word of the document. */
static bool is_pruned(const struct diff *diff, const struct change *change)
{
	for (int i = 0; change->verb == VERB_DROP && i < diff->leftovers.count; i++) {
		const struct leftover *leftover = diff->leftovers.items[i];

		if ((leftover->fate == FATE_PRUNED || leftover->fate == FATE_GONE) &&
		    change->have && leftover->column == change->have_column &&
		    leftover->object->kind == change->have->kind &&
		    mo_same_name(leftover->object->name, change->have->name))
			return change->part == PART_OBJECT || change->part == PART_COLUMN;
	}
	return false;
}

/* ---- text ---- */

static void say_mark(const struct style *style, const char *indent, const struct mark *mark)
{
	sqlite3_str_appendall(style->out, indent);
	mo_say(style, mark->paint, mark->sign);
	sqlite3_str_appendchar(style->out, 1, ' ');
}

static void say_column(const struct style *style, const struct column *column)
{
	mo_sayf(style, PAINT_NONE, "column %s", column->object.name);
	if (column->type.text)
		mo_sayf(style, PAINT_NONE, " %s", column->type.text);
	if (column->value.text)
		mo_sayf(style, PAINT_NONE, " DEFAULT %s", column->value.text);
	if (column->generated.text)
		mo_sayf(style, PAINT_NONE, " AS (%s)", column->generated.text);
}

static const char *changed_text(const struct style *style, const struct diff *diff,
				const struct change *change)
{
	const char *text = mo_change_text(style->arena, diff, change);

	if (change->want_column)
		return mo_arena_format(style->arena, "column %s: %s",
				       change->want_column->object.name, text);
	if (mo_change_is_part(change))
		return text;
	return mo_arena_format(style->arena, "%s: %s", mo_change_label(style->arena, change), text);
}

void mo_say_change_apart(const struct style *style, const struct diff *diff,
			 const struct change *change)
{
	say_mark(style, "", &marks[change->verb]);
	mo_sayf(style, PAINT_HEAD, "%s: %s", mo_change_label(style->arena, change),
		mo_change_text(style->arena, diff, change));
	sqlite3_str_appendchar(style->out, 1, '\n');
}

void mo_say_rename_apart(const struct style *style, const struct rename *rename)
{
	say_mark(style, "", &rename_mark);
	mo_sayf(style, PAINT_HEAD, "%s: was %s", mo_label_rename(style->arena, rename),
		rename->have);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

void mo_say_change(const struct style *style, const char *indent, const struct diff *diff,
		   const struct change *change)
{
	const struct column *column =
		change->want_column ? change->want_column : change->have_column;
	const struct constraint *constraint =
		change->want_constraint ? change->want_constraint : change->have_constraint;

	say_mark(style, indent, &marks[change->verb]);
	if (change->verb == VERB_CHANGE)
		mo_say(style, PAINT_NONE, changed_text(style, diff, change));
	else if (change->part == PART_CONSTRAINT)
		mo_say(style, PAINT_NONE, mo_constraint_text(style->arena, constraint));
	else if (change->part == PART_COLUMN && change->verb == VERB_ADD)
		say_column(style, column);
	else if (change->part == PART_COLUMN)
		mo_sayf(style, PAINT_NONE, "column %s", column->object.name);
	else
		mo_say(style, PAINT_NONE, mo_change_label(style->arena, change));
	if (is_pruned(diff, change))
		mo_say(style, PAINT_DIM, " (undeclared)");
	sqlite3_str_appendchar(style->out, 1, '\n');
}

void mo_say_column_renames(const struct style *style, const char *indent, const struct diff *diff,
			   const char *table)
{
	EACH (const struct rename, rename, &diff->renames) {
		if (!rename->table || !mo_same_name(rename->table, table))
			continue;
		say_mark(style, indent, &rename_mark);
		mo_sayf(style, PAINT_NONE, "column %s, was %s", rename->want, rename->have);
		sqlite3_str_appendchar(style->out, 1, '\n');
	}
}

/* The head of a table's group, and what is renamed in it. */
static void say_group(const struct style *style, const char *indent, const struct diff *diff,
		      enum kind kind, const char *name)
{
	const char *former = mo_diff_former_table(diff, name);

	sqlite3_str_appendall(style->out, indent);
	if (!mo_same(former, name))
		mo_say(style, PAINT_RENAME, "> ");
	mo_sayf(style, PAINT_HEAD, "%s %s", mo_kind_names[kind], name);
	if (!mo_same(former, name))
		mo_sayf(style, PAINT_NONE, ", was %s", former);
	sqlite3_str_appendchar(style->out, 1, '\n');
	mo_say_column_renames(style, mo_arena_format(style->arena, "%s  ", indent), diff, name);
}

/* Whether a table has a group: by one of its parts, or by a rename before the i-th. */
static bool has_group(const struct diff *diff, const char *table, int renames)
{
	for (int i = 0; i < renames; i++) {
		const struct rename *rename = diff->renames.items[i];

		if (mo_same_name(rename->table ? rename->table : rename->want, table))
			return true;
	}
	EACH (const struct change, change, &diff->changes)
		if (mo_change_is_part(change) &&
		    mo_same_name(mo_change_object(change)->name, table))
			return true;
	return false;
}

void mo_say_changes(const struct style *style, const char *indent, const struct diff *diff)
{
	const char *inner = mo_arena_format(style->arena, "%s  ", indent);
	const struct object *group = NULL;

	for (int i = 0; i < diff->renames.count; i++) {
		const struct rename *rename = diff->renames.items[i];
		const char *table = rename->table ? rename->table : rename->want;

		if (!has_group(diff, table, i))
			say_group(style, indent, diff, rename->kind, table);
	}
	EACH (const struct change, change, &diff->changes) {
		const bool is_part = mo_change_is_part(change);

		if (is_part && group != mo_change_object(change))
			say_group(style, indent, diff, mo_change_object(change)->kind,
				  mo_change_object(change)->name);
		group = is_part ? mo_change_object(change) : NULL;
		mo_say_change(style, is_part ? inner : indent, diff, change);
	}
}

/* ---- what is kept ---- */

static const char *leftover_label(const struct style *style, const struct leftover *leftover)
{
	if (leftover->column)
		return mo_label_column(style->arena, leftover->object->name,
				       leftover->column->object.name);
	return mo_label_object(style->arena, leftover->object);
}

static void say_fate(const struct style *style, const char *indent, const struct diff *diff,
		     enum fate fate, enum paint paint, const char *words)
{
	const char *prefix = mo_arena_format(style->arena, "%s  ", indent);
	const char *list = NULL;

	EACH (const struct leftover, leftover, &diff->leftovers) {
		const char *label = leftover->fate == fate ? leftover_label(style, leftover) : NULL;

		if (label)
			list = list ? mo_arena_format(style->arena, "%s, %s", list, label) : label;
	}
	if (!list || !prefix)
		return;
	sqlite3_str_appendall(style->out, indent);
	mo_say(style, paint, words);
	mo_say_wrapped(style, PAINT_NONE, mo_code_points(indent, 80) + mo_code_points(words, 80),
		       prefix, list);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

void mo_say_kept(const struct style *style, const char *indent, const struct diff *diff)
{
	say_fate(style, indent, diff, FATE_KEPT, PAINT_NOTE, "undeclared, and kept: ");
	say_fate(style, indent, diff, FATE_SILENT, PAINT_NOTE, "undeclared, and kept: ");
}

/* ---- JSON ---- */

static const char *part_word(const struct change *change)
{
	switch (change->part) {
	case PART_COLUMN:
		return "column";
	case PART_CONSTRAINT:
		return "constraint";
	case PART_USER_VERSION:
		return "user_version";
	case PART_APPLICATION_ID:
		return "application_id";
	case PART_OBJECT:
		break;
	}
	return mo_kind_names[mo_change_object(change)->kind];
}

static void write_attributes(struct json *json, unsigned attributes)
{
	mo_json_open(json, "attributes", '[');
	for (unsigned bit = 1; bit <= ATTRIBUTE_COLUMN_ORDER; bit *= 2)
		if (attributes & bit)
			mo_json_text(json, NULL, mo_attribute_word((enum attribute)bit));
	mo_json_close(json, ']');
}

void mo_json_change_words(struct json *json, const struct style *style, const struct diff *diff,
			  const struct change *change)
{
	const struct object *object = mo_change_object(change);
	const struct column *column =
		change->want_column ? change->want_column : change->have_column;

	mo_json_text(json, "verb", marks[change->verb].verb);
	mo_json_text(json, "part", part_word(change));
	mo_json_text(json, "object", mo_change_label(style->arena, change));
	mo_json_text(json, "name", object ? object->name : NULL);
	mo_json_text(json, "column", column ? column->object.name : NULL);
	mo_json_text(json, "was", NULL);
	write_attributes(json, change->attributes);
	mo_json_bool(json, "undeclared", is_pruned(diff, change));
	mo_json_text(json, "message", mo_change_text(style->arena, diff, change));
}

void mo_json_rename_words(struct json *json, const struct style *style, const struct rename *rename)
{
	mo_json_text(json, "verb", rename_mark.verb);
	mo_json_text(json, "part", rename->table ? "column" : mo_kind_names[rename->kind]);
	mo_json_text(json, "object", mo_label_rename(style->arena, rename));
	mo_json_text(json, "name", rename->table ? rename->table : rename->want);
	mo_json_text(json, "column", rename->table ? rename->want : NULL);
	mo_json_text(json, "was", rename->have);
	write_attributes(json, 0);
	mo_json_bool(json, "undeclared", false);
	mo_json_text(json, "message", mo_arena_format(style->arena, "was %s", rename->have));
}

static void write_change(struct json *json, const struct style *style, const struct diff *diff,
			 const struct change *change)
{
	mo_json_open(json, NULL, '{');
	mo_json_change_words(json, style, diff, change);
	mo_json_close(json, '}');
}

static void write_rename(struct json *json, const struct style *style, const struct rename *rename)
{
	mo_json_open(json, NULL, '{');
	mo_json_rename_words(json, style, rename);
	mo_json_close(json, '}');
}

static void write_renames(struct json *json, const struct style *style, const struct diff *diff)
{
	for (int i = 0; i < diff->renames.count; i++)
		write_rename(json, style, diff->renames.items[i]);
}

void mo_json_renames(struct json *json, const struct style *style, const char *name,
		     const struct diff *diff)
{
	mo_json_open(json, name, '[');
	write_renames(json, style, diff);
	mo_json_close(json, ']');
}

void mo_json_changes(struct json *json, const struct style *style, const char *name,
		     const struct diff *diff, bool with_renames)
{
	mo_json_open(json, name, '[');
	if (diff && with_renames)
		write_renames(json, style, diff);
	for (int i = 0; diff && i < diff->changes.count; i++)
		write_change(json, style, diff, diff->changes.items[i]);
	mo_json_close(json, ']');
}

void mo_json_kept(struct json *json, const struct style *style, const char *name,
		  const struct diff *diff)
{
	static const char *const fates[] = {[FATE_KEPT] = "kept",
					    [FATE_SILENT] = "silent",
					    [FATE_IGNORED] = "ignored",
					    [FATE_REFUSED] = "refused"};

	mo_json_open(json, name, '[');
	for (int i = 0; diff && i < diff->leftovers.count; i++) {
		const struct leftover *leftover = diff->leftovers.items[i];

		if (!fates[leftover->fate])
			continue;
		mo_json_open(json, NULL, '{');
		mo_json_text(json, "object", leftover_label(style, leftover));
		mo_json_text(json, "fate", fates[leftover->fate]);
		mo_json_close(json, '}');
	}
	mo_json_close(json, ']');
}
