/* SPDX-License-Identifier: MIT */
/*
 * mutate.c: a schema some versions later.
 *
 * What speaks of a column or relation that goes is corrected as a developer would
 * correct it: constraints, indexes and generated columns go along, views and
 * triggers mostly.
 */
#include "shape.h"

#include <string.h>

#include <sqlite3.h>

typedef void mutation(struct dice *dice, struct shape *shape);

static struct field *random_field(struct dice *dice, struct thing *table)
{
	return table && table->field_count ? &table->fields[dice_roll(dice, table->field_count)]
					   : NULL;
}

/* ---- what goes ---- */

static void drop_rule(struct thing *table, int at)
{
	table->rule_count--;
	memmove(&table->rules[at], &table->rules[at + 1],
		(size_t)(table->rule_count - at) * sizeof(*table->rules));
}

static bool index_speaks_of(const struct thing *index, int column)
{
	int i;

	for (i = 0; i < index->term_count; i++)
		if (index->terms[i].column == column ||
		    text_speaks_of(index->terms[i].expr, 1, column))
			return true;
	return text_speaks_of(index->where, 1, column);
}

static bool speaks_of(const struct thing *thing, char mark, int id)
{
	int i;

	for (i = 0; mark == 1 && i < MOST_TERMS; i++)
		if (thing->of[i] == id)
			return true;
	return text_speaks_of(thing->text, mark, id) || text_speaks_of(thing->when, mark, id) ||
	       (mark == 1 && thing->kind == THING_INDEX && index_speaks_of(thing, id));
}

/* Now and then a view or trigger is forgotten, and broken from then on. */
static void drop_speakers(struct dice *dice, struct shape *shape, char mark, int id)
{
	int i;

	for (i = shape->count - 1; i >= 0; i--) {
		struct thing *thing = &shape->things[i];
		int gone = thing->id;

		if (thing->id == id || !speaks_of(thing, mark, id))
			continue;
		if (thing->kind != THING_INDEX && dice_chance(dice, 5))
			continue;
		shape_remove(shape, thing);
		drop_speakers(dice, shape, 3, gone);
		i = shape->count;
	}
}

static void drop_references(struct shape *shape, int table, int column)
{
	int i, j, k;

	for (i = 0; i < shape->count; i++)
		for (j = shape->things[i].rule_count - 1; j >= 0; j--) {
			struct rule *rule = &shape->things[i].rules[j];
			bool speaks = table && rule->parent == table;

			for (k = 0; column && k < MOST_TERMS; k++)
				speaks |= rule->parent_columns[k] == column;
			if (speaks)
				drop_rule(&shape->things[i], j);
		}
}

static void drop_field(struct dice *dice, struct shape *shape, struct thing *table, int id)
{
	int i, table_id = table->id;
	struct field *field = thing_field(table, id);

	if (table->field_count < 2)
		return;
	for (i = table->rule_count - 1; i >= 0; i--)
		if (rule_speaks_of(&table->rules[i], id))
			drop_rule(table, i);
	table->field_count--;
	memmove(field, field + 1,
		(size_t)(table->field_count - (field - table->fields)) * sizeof(*field));
	for (i = table->field_count - 1; i >= 0; i--)
		if (text_speaks_of(table->fields[i].expr, 1, id)) {
			table->fields[i].expr = NULL;
			drop_field(dice, shape, table, table->fields[i].id);
			i = table->field_count;
		}
	drop_references(shape, 0, id);
	drop_speakers(dice, shape, 1, id);
	table = shape_find(shape, table_id);
	if (table && table->without_rowid) {
		for (i = 0; i < table->rule_count; i++)
			if (table->rules[i].kind == RULE_PRIMARY_KEY)
				return;
		table->without_rowid = false;
	}
}

/* ---- tables and columns ---- */

static void rename_table(struct dice *dice, struct shape *shape)
{
	struct thing *table =
		shape_random(dice, shape, dice_chance(dice, 85) ? THING_TABLE : THING_VIRTUAL);

	if (table)
		table->name = new_name(dice, shape, table->kind);
}

static void rename_field(struct dice *dice, struct shape *shape)
{
	struct thing *table =
		shape_random(dice, shape, dice_chance(dice, 90) ? THING_TABLE : THING_VIEW);
	struct field *field = random_field(dice, table);

	if (field)
		field->name = new_field_name(dice, table);
}

static void remove_field(struct dice *dice, struct shape *shape)
{
	struct thing *table = shape_random(dice, shape, THING_TABLE);
	struct field *field = random_field(dice, table);

	if (field)
		drop_field(dice, shape, table, field->id);
}

/* Anywhere among the columns, often with a DEFAULT so that rows can have it. */
static void add_field(struct dice *dice, struct shape *shape)
{
	struct thing *table = shape_random(dice, shape, THING_TABLE);
	struct field field;
	int at;

	if (!table || table->field_count == MOST_COLUMNS)
		return;
	make_field(dice, shape, table);
	at = dice_roll(dice, table->field_count);
	field = table->fields[table->field_count - 1];
	if (!field.value && !field.expr && dice_chance(dice, 40))
		field.value = make_value(dice);
	if (field.expr || dice_chance(dice, 50))
		at = table->field_count - 1;
	memmove(&table->fields[at + 1], &table->fields[at],
		(size_t)(table->field_count - 1 - at) * sizeof(field));
	table->fields[at] = field;
	if (dice_chance(dice, 30))
		make_rule(dice, shape, table);
}

/* The old one goes, and another comes under its name. */
static void replace_field(struct dice *dice, struct shape *shape)
{
	struct thing *table = shape_random(dice, shape, THING_TABLE);
	struct field *field = random_field(dice, table);
	const char *name;

	if (!field || table->field_count < 2)
		return;
	name = field->name;
	field->name = new_field_name(dice, table);
	if (table->field_count == MOST_COLUMNS)
		return;
	make_field(dice, shape, table);
	table->fields[table->field_count - 1].name = name;
}

static void change_field(struct dice *dice, struct shape *shape)
{
	struct thing *table = shape_random(dice, shape, THING_TABLE);
	struct field *field = random_field(dice, table);

	if (!field)
		return;
	switch (dice_roll(dice, 5)) {
	case 0:
	case 1:
		field->type = make_type(dice, table->strict);
		break;
	case 2:
		field->collate = field->collate ? NULL : make_collation(dice);
		break;
	case 3:
		if (!field->expr)
			field->value =
				field->value && dice_chance(dice, 40) ? NULL : make_value(dice);
		break;
	default:
		if (field->expr && dice_chance(dice, 50))
			field->expr = NULL;
		else if (field->expr)
			field->stored = !field->stored;
		else if (field > table->fields && !field->value) {
			int count = table->field_count;

			table->field_count = (int)(field - table->fields);
			field->expr = make_generated(dice, table);
			table->field_count = count;
		}
	}
}

static void reorder_fields(struct dice *dice, struct shape *shape)
{
	struct thing *table = shape_random(dice, shape, THING_TABLE);
	struct field *a = random_field(dice, table), *b = random_field(dice, table), field;

	if (!a)
		return;
	field = *a;
	*a = *b;
	*b = field;
}

static void change_rules(struct dice *dice, struct shape *shape)
{
	struct thing *table = shape_random(dice, shape, THING_TABLE);
	struct rule *rule;

	if (!table)
		return;
	rule = table->rule_count ? &table->rules[dice_roll(dice, table->rule_count)] : NULL;
	if (!rule || dice_chance(dice, 40))
		make_rule(dice, shape, table);
	else if (dice_chance(dice, 50) && !(rule->kind == RULE_PRIMARY_KEY && table->without_rowid))
		drop_rule(table, (int)(rule - table->rules));
	else if (dice_chance(dice, 30))
		rule->name = rule->name ? NULL : new_field_name(dice, table);
	else if (rule->kind == RULE_CHECK)
		rule->check = make_check(dice, table);
	else if (rule->kind == RULE_FOREIGN_KEY)
		rule->on_delete = rule->on_delete ? NULL : "CASCADE";
	else
		rule->conflict = rule->conflict ? NULL : "REPLACE";
}

static bool has_key(const struct thing *table)
{
	int i;

	for (i = 0; i < table->rule_count; i++)
		if (table->rules[i].kind == RULE_PRIMARY_KEY)
			return !table->rules[i].autoincrement;
	return false;
}

static void toggle_options(struct dice *dice, struct shape *shape)
{
	struct thing *table = shape_random(dice, shape, THING_TABLE);
	int i;

	if (!table)
		return;
	if (dice_chance(dice, 60) && has_key(table)) {
		table->without_rowid = !table->without_rowid;
		return;
	}
	table->strict = !table->strict;
	for (i = 0; table->strict && i < table->field_count; i++)
		if (dice_chance(dice, 90))
			table->fields[i].type =
				dice_chance(dice, 60) ? "ANY" : make_type(dice, true);
}

static void remove_table(struct dice *dice, struct shape *shape)
{
	struct thing *table = shape_random(dice, shape, THING_TABLE);
	int id;

	if (!table || shape_count(shape, THING_TABLE) < 2)
		return;
	id = table->id;
	shape_remove(shape, table);
	if (dice_chance(dice, 90))
		drop_references(shape, id, 0);
	drop_speakers(dice, shape, 3, id);
	drop_speakers(dice, shape, 4, id);
}

/* ---- the others ---- */

static void change_index(struct dice *dice, struct shape *shape)
{
	struct thing *index = shape_random(dice, shape, THING_INDEX);

	if (!index || dice_chance(dice, 30))
		make_index(dice, shape);
	else if (dice_chance(dice, 30))
		shape_remove(shape, index);
	else if (dice_chance(dice, 20))
		index->name = new_name(dice, shape, THING_INDEX);
	else
		make_index_on(dice, shape, index);
}

static void change_view(struct dice *dice, struct shape *shape)
{
	struct thing *view = shape_random(dice, shape, THING_VIEW);
	int id;

	if (!view || dice_chance(dice, 30)) {
		make_view(dice, shape);
		return;
	}
	id = view->id;
	if (dice_chance(dice, 60) && view->field_count) {
		make_select(dice, shape, view);
		return;
	}
	shape_remove(shape, view);
	drop_speakers(dice, shape, 3, id);
}

static void change_trigger(struct dice *dice, struct shape *shape)
{
	struct thing *trigger = shape_random(dice, shape, THING_TRIGGER);

	if (!trigger || dice_chance(dice, 30))
		make_trigger(dice, shape);
	else if (dice_chance(dice, 30))
		shape_remove(shape, trigger);
	else if (dice_chance(dice, 50))
		trigger->when = trigger->when ? NULL : "1";
	else
		trigger->text = "SELECT 2; ";
}

static void change_virtual(struct dice *dice, struct shape *shape)
{
	struct thing *table = shape_random(dice, shape, THING_VIRTUAL);

	if (!table)
		make_virtual(dice, shape);
	else if (dice_chance(dice, 40))
		shape_remove(shape, table);
	else if (table->module[0] == 'f')
		table->text = "a, b, c";
}

/* What was a table is a view of its name, or the other way round; or an index takes the name of another. */
static void change_kind(struct dice *dice, struct shape *shape)
{
	static const enum thing_kind kinds[] = {THING_TABLE, THING_VIEW, THING_INDEX};
	struct thing *thing = shape_random(dice, shape, PICK(dice, kinds)), *other;
	const char *name;
	int id, count;

	if (!thing || (thing->kind == THING_TABLE && shape_count(shape, THING_TABLE) < 2))
		return;
	name = thing->name;
	id = thing->id;
	shape_remove(shape, thing);
	drop_references(shape, id, 0);
	drop_speakers(dice, shape, 3, id);
	drop_speakers(dice, shape, 4, id);
	count = shape->count;
	switch (dice_roll(dice, 4)) {
	case 0:
		make_table(dice, shape);
		break;
	case 1:
		make_index(dice, shape);
		break;
	case 2:
		make_virtual(dice, shape);
		break;
	default:
		make_view(dice, shape);
	}
	other = shape->count > count ? &shape->things[count] : NULL;
	if (other && name_is_free(shape, other->kind, name))
		other->name = name;
}

static void change_versions(struct dice *dice, struct shape *shape)
{
	shape->user_version = dice_roll(dice, 5);
}

static void add_table(struct dice *dice, struct shape *shape)
{
	make_table(dice, shape);
}

struct shape *shape_mutate(struct dice *dice, const struct shape *have, int times)
{
	static mutation *const mutations[] = {
		rename_table,	rename_field,	rename_field,	remove_field, add_field,
		add_field,	replace_field,	change_field,	change_field, change_field,
		reorder_fields, change_rules,	change_rules,	change_rules, change_rules,
		toggle_options, remove_table,	add_table,	change_index, change_index,
		change_view,	change_trigger, change_virtual, change_kind,  change_versions,
	};
	struct shape *shape = dice_memory(dice, sizeof(*shape));
	int i, j;

	*shape = *have;
	for (i = 0; i < times; i++)
		PICK(dice, mutations)(dice, shape);
	for (i = 0; i < shape->count; i++)
		for (j = 0; j < shape->things[i].field_count; j++)
			shape->things[i].fields[j].late = false;
	return shape;
}

/* ---- what is said of it ---- */

static void add_former(struct former *formers, int *count, const char *table, const char *have,
		       const char *want)
{
	if (sqlite3_stricmp(have, want))
		formers[(*count)++] = (struct former){table, have, want};
}

int shape_formers(struct dice *dice, struct former **formers, struct shape *have,
		  struct shape *want)
{
	int i, j, count = 0;

	*formers = dice_memory(dice, sizeof(**formers) * MOST_THINGS * (MOST_COLUMNS + 1));
	for (i = 0; i < want->count; i++) {
		struct thing *table = &want->things[i], *was = shape_find(have, table->id);

		if (!was || was->kind != table->kind ||
		    (table->kind != THING_TABLE && table->kind != THING_VIRTUAL))
			continue;
		add_former(*formers, &count, NULL, was->name, table->name);
		for (j = 0; table->kind == THING_TABLE && j < table->field_count; j++) {
			struct field *field = thing_field(was, table->fields[j].id);

			if (field)
				add_former(*formers, &count, table->name, field->name,
					   table->fields[j].name);
		}
	}
	return count;
}
