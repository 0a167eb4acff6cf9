/* SPDX-License-Identifier: MIT */
/*
 * make.c: invents a schema, with every clause that SQLite's CREATE statements
 * have.
 *
 * Not all of it need be right: a statement that SQLite refuses is left out by
 * who runs it.  Constraints are such that most rows pass, else there are none.
 */
#include "shape.h"

#include <string.h>

/* How a text speaks of a column, a relation, and the name of a relation as a string. */
static const char *column(struct dice *dice, int id)
{
	return dice_format(dice, "\001%d\002", id);
}

static const char *relation(struct dice *dice, int id)
{
	return dice_format(dice, "\003%d\002", id);
}

/* ---- pieces ---- */

const char *make_type(struct dice *dice, bool strict)
{
	static const char *const strict_types[] = {"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"};
	static const char *const usual[] = {"INTEGER", "INTEGER", "TEXT", "TEXT",   "REAL",
					    "BLOB",    "NUMERIC", "INT",  "BOOLEAN"};
	static const char *const odd[] = {
		"LONG VARCHAR (10, 2)",
		"unsigned big int",
		"VARCHAR(20)",
		"DOUBLE PRECISION",
		"DECIMAL(10,5)",
		"DATETIME",
		"CHARINT",
		"FLOATING POINT",
		"NATIVE CHARACTER(70)",
		"ANY",
		"STRING",
		"MY TYPE (+1, -2)",
		"POINT(3)",
		"\"quoted type\"",
		"[bracket type]",
		"json",
		"\303\274type",
		"VARCHAR ( 255 )",
		"int unsigned",
		"'string type'",
		"double(1.5, -2.5)",
		"timestamp with time zone",
		"\"INTEGER\"",
		"BLOB TEXT",
	};

	if (strict && dice_chance(dice, 97))
		return PICK(dice, strict_types);
	if (dice_chance(dice, 12))
		return NULL;
	return dice_chance(dice, 65) ? PICK(dice, usual) : PICK(dice, odd);
}

const char *make_value(struct dice *dice)
{
	static const char *const values[] = {
		"0",
		"1",
		"-1",
		"+5",
		"3.14",
		"-2.5e10",
		"'text'",
		"'it''s'",
		"x'00ff'",
		"NULL",
		"TRUE",
		"false",
		"CURRENT_TIME",
		"CURRENT_DATE",
		"CURRENT_TIMESTAMP",
		"(1 + 1)",
		"(abs(-3))",
		"('a' || 'b')",
		"(random())",
		"bareword",
		"'new\nline'",
		"''",
		"' lead'",
		"'<&>\"'",
		"9223372036854775807",
		"-9223372036854775808",
		"(NULL)",
		"('--')",
		"'/* no comment */'",
		"(CURRENT_TIMESTAMP)",
		"'a\tb'",
		"0x1F",
		"'\303\274n\303\257'",
		"(hex('x'))",
		"'; DROP'",
		"(1 IN (1, 2))",
		"(CASE WHEN 1 THEN 2 ELSE 3 END)",
		"((7))",
		"(-1)",
		"- 3",
		"1e999",
		"'a\rb'",
		"'10'",
		"1.0",
		"\"double quoted\"",
		"(((1) + (2)))",
		"0.1",
	};

	return PICK(dice, values);
}

const char *make_collation(struct dice *dice)
{
	static const char *const collations[] = {"NOCASE", "RTRIM", "BINARY", "NOCASE"};

	return PICK(dice, collations);
}

const char *make_conflict(struct dice *dice)
{
	static const char *const conflicts[] = {"ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"};

	return dice_chance(dice, 20) ? PICK(dice, conflicts) : NULL;
}

static struct field *any_field(struct dice *dice, const struct thing *thing)
{
	return thing->field_count
		       ? (struct field *)&thing->fields[dice_roll(dice, thing->field_count)]
		       : NULL;
}

const char *make_check(struct dice *dice, const struct thing *table)
{
	static const char *const checks[] = {
		"%s IS NOT 'nope%d'",
		"typeof(%s) <> 'kind%d'",
		"coalesce(length(%s), 0) < 1000%d",
		"%s IS NULL OR %s IS NOT %d00",
		"(%s <> 77%d)",
		"((%s IS NOT x'%02d'))",
		"%s NOT IN (1%d, 2000, 'three')",
		"CASE WHEN %s = 5%d THEN 0 ELSE 1 END",
		"%s NOT LIKE '%%%%;)%d'",
		"NOT (%s = 'it''s %d')",
		"%s > %d",
		"%s <> 1 AND 1 < 2%d",
	};
	struct field *field = any_field(dice, table);
	const char *text = PICK(dice, checks), *name = column(dice, field->id);

	if (strstr(text, "OR %s"))
		return dice_format(dice, text, name, column(dice, any_field(dice, table)->id),
				   dice_roll(dice, 90) + 1);
	return dice_format(dice, text, name, dice_roll(dice, 8));
}

const char *make_generated(struct dice *dice, const struct thing *table)
{
	static const char *const expressions[] = {
		"%s || 'g%d'",
		"coalesce(%s, %d)",
		"length(%s) + %d",
		"upper(%s) || %d",
		"CASE WHEN %s THEN %d END",
		"typeof(%s) || '%d'",
		"(%s IS NULL) + %d",
		"%s + %d",
	};
	const char *text = PICK(dice, expressions);
	struct field *field = any_field(dice, table);

	return dice_format(dice, text, column(dice, field->id), dice_roll(dice, 9));
}

/* ---- columns ---- */

void make_field(struct dice *dice, struct shape *shape, struct thing *table)
{
	struct field field = {0};

	if (table->field_count == MOST_COLUMNS)
		return;
	field.id = shape->next_id++;
	field.name = new_field_name(dice, table);
	field.type = make_type(dice, table->strict);
	if (dice_chance(dice, 15))
		field.collate = make_collation(dice);
	if (table->field_count && dice_chance(dice, 10)) {
		field.expr = make_generated(dice, table);
		field.stored = dice_chance(dice, 50);
	} else if (dice_chance(dice, 25)) {
		field.value = make_value(dice);
	}
	table->fields[table->field_count++] = field;
}

/* ---- constraints ---- */

static struct rule *add_rule(struct dice *dice, struct thing *table, enum rule_kind kind)
{
	static const char *const names[] = {"ck", "pk", "uq", "fk 1", "order", "C\"1", "n", "x'y"};
	struct rule *rule;

	if (table->rule_count == MOST_RULES)
		return NULL;
	rule = &table->rules[table->rule_count++];
	*rule = (struct rule){.kind = kind};
	if (dice_chance(dice, 25))
		rule->name =
			dice_chance(dice, 50) ? PICK(dice, names) : new_field_name(dice, table);
	return rule;
}

/* One to three different columns. */
static void choose_terms(struct dice *dice, const struct thing *table, struct term *terms,
			 int *count, bool plain)
{
	int most = dice_chance(dice, 60) ? 1 : 2 + dice_roll(dice, 2), i, j;

	for (i = 0; i < most; i++) {
		struct field *field = any_field(dice, table);

		for (j = 0; j < *count && terms[j].column != field->id; j++)
			;
		if (j < *count)
			continue;
		terms[*count] = (struct term){.column = field->id};
		if (!plain && dice_chance(dice, 15))
			terms[*count].collate = make_collation(dice);
		if (!plain)
			terms[*count].descending = dice_chance(dice, 20);
		(*count)++;
	}
}

static void make_primary_key(struct dice *dice, struct thing *table)
{
	struct rule *rule = add_rule(dice, table, RULE_PRIMARY_KEY);
	struct field *field;

	if (!rule)
		return;
	choose_terms(dice, table, rule->terms, &rule->count, false);
	rule->conflict = make_conflict(dice);
	field = thing_field(table, rule->terms[0].column);
	if (rule->count > 1)
		return;
	rule->inlined = dice_chance(dice, 60);
	if (dice_chance(dice, 60) && !field->expr) {
		field->type = "INTEGER";
		rule->autoincrement = !table->without_rowid && dice_chance(dice, 35);
	}
	if (rule->autoincrement || rule->inlined)
		rule->terms[0].collate = NULL;
	if (rule->autoincrement)
		rule->terms[0].descending = false;
}

static void choose_actions(struct dice *dice, struct rule *rule)
{
	static const char *const actions[] = {"NO ACTION", "RESTRICT", "SET NULL", "SET DEFAULT",
					      "CASCADE"};
	static const char *const defers[] = {"DEFERRABLE INITIALLY DEFERRED",
					     "DEFERRABLE INITIALLY IMMEDIATE", "DEFERRABLE",
					     "NOT DEFERRABLE", "NOT DEFERRABLE INITIALLY DEFERRED"};
	static const char *const matches[] = {"FULL", "SIMPLE", "PARTIAL"};

	rule->on_delete = dice_chance(dice, 40) ? PICK(dice, actions) : NULL;
	rule->on_update = dice_chance(dice, 20) ? PICK(dice, actions) : NULL;
	rule->match = dice_chance(dice, 10) ? PICK(dice, matches) : NULL;
	rule->defer = dice_chance(dice, 25) ? PICK(dice, defers) : NULL;
}

/* Mostly to the primary key, so that it works. */
static void make_foreign_key(struct dice *dice, struct shape *shape, struct thing *table)
{
	struct thing *parent =
		dice_chance(dice, 80) ? shape_random(dice, shape, THING_TABLE) : table;
	struct rule *rule = parent ? add_rule(dice, table, RULE_FOREIGN_KEY) : NULL;
	const struct rule *key = NULL;
	int i;

	if (!rule)
		return;
	for (i = 0; i < parent->rule_count; i++)
		if (parent->rules[i].kind == RULE_PRIMARY_KEY ||
		    (parent->rules[i].kind == RULE_UNIQUE && dice_chance(dice, 30)))
			key = &parent->rules[i];
	rule->parent = parent->id;
	choose_terms(dice, table, rule->terms, &rule->count, true);
	if (key && key->count != rule->count && table->field_count >= key->count)
		for (rule->count = 0; rule->count < key->count; rule->count++)
			rule->terms[rule->count] =
				(struct term){.column = table->fields[rule->count].id};
	if (key && (key->kind == RULE_UNIQUE || dice_chance(dice, 50)))
		for (i = 0; i < key->count; i++)
			rule->parent_columns[i] = key->terms[i].column;
	if (!key && dice_chance(dice, 50))
		rule->parent_columns[0] = any_field(dice, parent)->id;
	rule->inlined = rule->count == 1 && dice_chance(dice, 60);
	choose_actions(dice, rule);
}

/* Once a column: of two the last counts. */
static void make_not_null(struct dice *dice, struct thing *table)
{
	struct field *field = any_field(dice, table);
	struct rule *rule;
	int i;

	for (i = 0; i < table->rule_count; i++)
		if (table->rules[i].kind == RULE_NOT_NULL &&
		    table->rules[i].terms[0].column == field->id)
			return;
	rule = add_rule(dice, table, RULE_NOT_NULL);
	if (!rule)
		return;
	rule->terms[rule->count++].column = field->id;
	rule->inlined = true;
	rule->conflict = make_conflict(dice);
}

void make_rule(struct dice *dice, struct shape *shape, struct thing *table)
{
	struct rule *rule;

	switch (dice_roll(dice, 8)) {
	case 0:
	case 1:
		make_not_null(dice, table);
		return;
	case 2:
	case 3:
		rule = add_rule(dice, table, RULE_UNIQUE);
		if (!rule)
			return;
		choose_terms(dice, table, rule->terms, &rule->count, dice_chance(dice, 50));
		rule->inlined = rule->count == 1 && !rule->terms[0].collate &&
				!rule->terms[0].descending && dice_chance(dice, 60);
		rule->conflict = make_conflict(dice);
		return;
	case 4:
	case 5:
		rule = add_rule(dice, table, RULE_CHECK);
		if (rule)
			rule->check = make_check(dice, table);
		return;
	default:
		make_foreign_key(dice, shape, table);
	}
}

/* ---- tables ---- */

static struct thing *add_thing(struct dice *dice, struct shape *shape, enum thing_kind kind)
{
	struct thing *thing;

	if (shape->count == MOST_THINGS)
		return NULL;
	thing = &shape->things[shape->count];
	*thing = (struct thing){.kind = kind, .id = shape->next_id++};
	thing->name = new_name(dice, shape, kind);
	shape->count++;
	return thing;
}

/* SQLite reads it as an integer where a record has no such column, and writes the text '1' into one of text. */
static bool is_truth(const char *value)
{
	return value && (!strcmp(value, "TRUE") || !strcmp(value, "false"));
}

void make_table(struct dice *dice, struct shape *shape)
{
	struct thing *table = add_thing(dice, shape, THING_TABLE);
	struct field *field;
	int i, count = 1 + dice_roll(dice, 6);

	if (!table)
		return;
	table->strict = dice_chance(dice, 15);
	table->without_rowid = dice_chance(dice, 20);
	for (i = 0; i < count; i++)
		make_field(dice, shape, table);
	if (table->without_rowid || dice_chance(dice, 60))
		make_primary_key(dice, table);
	for (i = dice_roll(dice, 5); i > 0; i--)
		make_rule(dice, shape, table);
	for (i = 0; dice_chance(dice, 25) && i < 2; i++) {
		make_field(dice, shape, table);
		field = &table->fields[table->field_count - 1];
		field->late = !is_truth(field->value);
	}
}

/* ---- indexes ---- */

static void make_term(struct dice *dice, const struct thing *table, struct term *term)
{
	static const char *const expressions[] = {"lower(%s)",	       "%s + 1",    "length(%s)",
						  "coalesce(%s, 'x')", "%s || 'i'", "(%s)",
						  "abs(%s)",	       "%s IS NULL"};
	const char *text = PICK(dice, expressions);

	*term = (struct term){0};
	if (dice_chance(dice, 75))
		term->column = any_field(dice, table)->id;
	else
		term->expr = dice_format(dice, text, column(dice, any_field(dice, table)->id));
	if (dice_chance(dice, 20))
		term->collate = make_collation(dice);
	term->descending = dice_chance(dice, 20);
}

void make_index_on(struct dice *dice, struct shape *shape, struct thing *index)
{
	static const char *const conditions[] = {"%s IS NOT NULL", "%s > 5",
						 "typeof(%s) = 'integer'", "%s <> 'it''s'", "(%s)"};
	struct thing *table = shape_random(dice, shape, THING_TABLE);
	const char *text = PICK(dice, conditions);
	int i;

	if (!table)
		return;
	index->on = table->id;
	index->unique = dice_chance(dice, 25);
	index->where = NULL;
	index->term_count = dice_chance(dice, 60) ? 1 : 2;
	for (i = 0; i < index->term_count; i++)
		make_term(dice, table, &index->terms[i]);
	if (dice_chance(dice, 30))
		index->where = dice_format(dice, text, column(dice, any_field(dice, table)->id));
}

void make_index(struct dice *dice, struct shape *shape)
{
	struct thing *index = add_thing(dice, shape, THING_INDEX);

	if (index)
		make_index_on(dice, shape, index);
}

/* ---- views ---- */

/* A table, or a view that says what it yields. */
static struct thing *any_relation(struct dice *dice, struct shape *shape, int but)
{
	struct thing *thing =
		shape_random(dice, shape, dice_chance(dice, 70) ? THING_TABLE : THING_VIEW);

	return thing && thing->field_count && thing->id != but
		       ? thing
		       : shape_random(dice, shape, THING_TABLE);
}

static const char *select_columns(struct dice *dice, const struct thing *view,
				  const struct thing *from)
{
	const char *text = "";
	int i;

	for (i = 0; i < view->field_count; i++) {
		const char *item = column(dice, any_field(dice, from)->id);

		if (dice_chance(dice, 20))
			item = dice_format(dice, "%s || '%d'", item, i);
		if (!view->lists)
			item = dice_format(dice, "%s AS %s", item,
					   column(dice, view->fields[i].id));
		text = dice_format(dice, "%s%s%s", text, i ? ", " : "", item);
	}
	return text;
}

void make_select(struct dice *dice, struct shape *shape, struct thing *view)
{
	struct thing *from = any_relation(dice, shape, view->id);
	const char *columns, *name;

	if (!from)
		return;
	columns = select_columns(dice, view, from);
	name = relation(dice, from->id);
	switch (dice_roll(dice, 6)) {
	case 0:
		view->text = dice_format(dice, "SELECT %s FROM %s WHERE %s <> 'a ;  b'", columns,
					 name, column(dice, any_field(dice, from)->id));
		break;
	case 1:
		view->text = dice_format(dice, "WITH q AS (SELECT * FROM %s) SELECT %s FROM q",
					 name, columns);
		break;
	case 2:
		view->text = dice_format(dice, "SELECT DISTINCT %s FROM %s AS z ORDER BY 1",
					 columns, name);
		break;
	case 3:
		view->text = dice_format(dice, "SELECT %s FROM %s WHERE EXISTS (SELECT 1 FROM %s)",
					 columns, name,
					 relation(dice, any_relation(dice, shape, view->id)->id));
		break;
	case 4:
		view->text = dice_format(dice, "SELECT %s FROM %s UNION ALL SELECT %s FROM %s",
					 columns, name, columns, name);
		break;
	default:
		view->text = dice_format(dice, "SELECT %s FROM %s", columns, name);
	}
}

void make_view(struct dice *dice, struct shape *shape)
{
	struct thing *view;
	int i, count = 1 + dice_roll(dice, 3);

	if (!shape_count(shape, THING_TABLE))
		return;
	view = add_thing(dice, shape, THING_VIEW);
	if (!view)
		return;
	view->lists = dice_chance(dice, 40);
	for (i = 0; i < count; i++) {
		struct field *field = &view->fields[view->field_count];

		*field = (struct field){.id = shape->next_id++};
		field->name = new_field_name(dice, view);
		view->field_count++;
	}
	make_select(dice, shape, view);
	if (dice_chance(dice, 15)) {
		view->lists = false;
		view->field_count = 0;
		view->text =
			dice_format(dice, "SELECT * FROM %s",
				    relation(dice, shape_random(dice, shape, THING_TABLE)->id));
	}
}

/* ---- triggers ---- */

static const char *make_statement(struct dice *dice, struct shape *shape, const char *row)
{
	struct thing *other = shape_random(dice, shape, THING_TABLE);
	const char *table = relation(dice, other->id),
		   *name = column(dice, any_field(dice, other)->id);

	switch (dice_roll(dice, 7)) {
	case 0:
		return dice_format(dice, "UPDATE %s SET %s = %s WHERE 0;", table, name, row);
	case 1:
		return dice_format(dice, "INSERT INTO %s (%s) VALUES (%s);", table, name, row);
	case 2:
		return dice_format(dice, "DELETE FROM %s WHERE %s = %s;", table, name, row);
	case 3:
		return dice_format(dice, "SELECT RAISE(ABORT, 'END; of BEGIN') WHERE %s = 'no';",
				   row);
	case 4:
		return dice_format(dice, "SELECT CASE WHEN %s IS NULL THEN 1 ELSE 2 END FROM %s;",
				   row, table);
	case 5:
		return dice_format(dice, "REPLACE INTO %s (%s) SELECT %s WHERE 0;", table, name,
				   row);
	default:
		return "SELECT 1;";
	}
}

static void choose_event(struct dice *dice, struct thing *trigger, const struct thing *on)
{
	static const char *const events[] = {"INSERT", "UPDATE", "DELETE", "UPDATE"};
	static const char *const timings[] = {"BEFORE", "AFTER", NULL};
	int i, count = 0;

	trigger->event = PICK(dice, events);
	trigger->timing = on->kind == THING_VIEW ? "INSTEAD OF" : PICK(dice, timings);
	if (strcmp(trigger->event, "UPDATE") != 0 || !dice_chance(dice, 40))
		return;
	for (i = 0; i < on->field_count && count < 2; i++)
		if (dice_chance(dice, 50))
			trigger->of[count++] = on->fields[i].id;
}

void make_trigger(struct dice *dice, struct shape *shape)
{
	struct thing *on =
		shape_random(dice, shape, dice_chance(dice, 65) ? THING_TABLE : THING_VIEW);
	struct thing *trigger =
		on && on->field_count ? add_thing(dice, shape, THING_TRIGGER) : NULL;
	const char *row, *text = "";
	int i;

	if (!trigger)
		return;
	trigger->on = on->id;
	choose_event(dice, trigger, on);
	row = dice_format(dice, "%s.%s", trigger->event[0] == 'D' ? "old" : "new",
			  column(dice, any_field(dice, on)->id));
	if (dice_chance(dice, 30))
		trigger->when = dice_format(
			dice, dice_chance(dice, 50) ? "%s > 3" : "(%s IS NOT 'begin')", row);
	for (i = 1 + dice_roll(dice, 2); i > 0; i--)
		text = dice_format(dice, "%s%s ", text, make_statement(dice, shape, row));
	trigger->text = text;
}

/* ---- virtual tables ---- */

static const char *full_text(struct dice *dice, struct shape *shape, struct thing *table)
{
	static const char *const options[] = {"",
					      "",
					      ", prefix = '2 3'",
					      ", tokenize = 'porter ascii'",
					      ", tokenize = \"unicode61 remove_diacritics 0\"",
					      ", detail=none",
					      ", columnsize = 0"};
	struct thing *source =
		dice_chance(dice, 25) ? shape_random(dice, shape, THING_TABLE) : NULL;
	const char *text = "a, b UNINDEXED";

	table->module = "fts5";
	if (!source || source->without_rowid)
		return dice_format(dice, "%s%s", text, PICK(dice, options));
	text = column(dice, any_field(dice, source)->id);
	return dice_format(dice, "%s, content=\004%d\002", text, source->id);
}

void make_virtual(struct dice *dice, struct shape *shape)
{
	static const char *const older[] = {"a, b", "x", "content TEXT, tokenize=porter", ""};
	struct thing *table = add_thing(dice, shape, THING_VIRTUAL);

	if (!table)
		return;
	switch (dice_roll(dice, 3)) {
	case 0:
		table->text = full_text(dice, shape, table);
		return;
	case 1:
		table->module = "fts4";
		table->text = PICK(dice, older);
		return;
	default:
		table->module = dice_chance(dice, 50) ? "rtree" : "rtree_i32";
		table->text = dice_chance(dice, 70) ? "id, minX, maxX, minY, maxY"
						    : "id, \"min X\", \"max X\", +extra TEXT";
	}
}

/* ---- all ---- */

struct shape *shape_make(struct dice *dice, int first_id)
{
	struct shape *shape = dice_memory(dice, sizeof(*shape));
	int i;

	shape->next_id = first_id;
	for (i = 1 + dice_roll(dice, 4); i > 0; i--)
		make_table(dice, shape);
	while (dice_chance(dice, 35))
		make_foreign_key(dice, shape, shape_random(dice, shape, THING_TABLE));
	for (i = dice_roll(dice, 4); i > 0; i--)
		make_index(dice, shape);
	for (i = dice_roll(dice, 3); i > 0; i--)
		make_view(dice, shape);
	for (i = dice_roll(dice, 3); i > 0; i--)
		make_trigger(dice, shape);
	if (dice_chance(dice, 20))
		make_virtual(dice, shape);
	shape->user_version = dice_chance(dice, 20) ? dice_roll(dice, 1000) - 100 : 0;
	shape->application_id = dice_chance(dice, 10) ? dice_roll(dice, 1000000) : 0;
	return shape;
}
