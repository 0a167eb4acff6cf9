/* SPDX-License-Identifier: MIT */
/*
 * spell.c: a shape as SQL, spelled otherwise each time: quotes, case, space,
 * comments, and where a constraint stands.
 *
 * None of that is a difference between schemas.
 */
#include "speller.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

void script_add(struct dice *dice, struct script *script, char *statement)
{
	if (script->count == script->room) {
		int room = script->room ? script->room * 2 : 32;
		char **grown = dice_memory(dice, (size_t)room * sizeof(*grown));

		if (script->count)
			memcpy(grown, script->statements, (size_t)script->count * sizeof(*grown));
		script->statements = grown;
		script->room = room;
	}
	script->statements[script->count++] = statement;
}

/* ---- columns ---- */

static void conflict(struct speller *s, const struct rule *rule)
{
	if (!rule->conflict && !dice_chance(s->dice, 5))
		return;
	spell_words(s, "ON CONFLICT");
	spell_words(s, rule->conflict ? rule->conflict : "ABORT");
}

static void put_term(struct speller *s, const struct term *term)
{
	struct field *field = shape_field(s->shape, term->column);

	if (term->expr)
		spell_expression(s, term->expr);
	else
		spell_put(s, field ? spell_defined(s, field->name) : "gone");
	spell_gap(s);
	if (term->collate) {
		spell_words(s, "COLLATE");
		spell_called(s, term->collate);
	}
	if (term->descending)
		spell_words(s, "DESC");
	else if (dice_chance(s->dice, 5))
		spell_words(s, "ASC");
}

static void put_terms(struct speller *s, const struct term *terms, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (i)
			spell_put(s, ",");
		spell_maybe_gap(s);
		put_term(s, &terms[i]);
	}
}

static void put_reference_clause(struct speller *s, const struct rule *rule)
{
	struct thing *parent = shape_find(s->shape, rule->parent);
	int i;

	spell_words(s, "REFERENCES");
	spell_called(s, parent ? parent->name : dice_format(s->dice, "gone_%d", rule->parent));
	for (i = 0; i < MOST_TERMS && rule->parent_columns[i]; i++) {
		spell_put(s, i ? "," : "(");
		spell_called(s, spell_referred(s, 1, rule->parent_columns[i]));
	}
	spell_put(s, i ? ") " : "");
	if (rule->on_delete) {
		spell_words(s, "ON DELETE");
		spell_words(s, rule->on_delete);
	}
	if (rule->on_update) {
		spell_words(s, "ON UPDATE");
		spell_words(s, rule->on_update);
	}
	if (rule->match) {
		spell_words(s, "MATCH");
		spell_words(s, rule->match);
	}
	if (rule->defer)
		spell_words(s, rule->defer);
}

static void put_check(struct speller *s, const struct rule *rule)
{
	bool twice = dice_chance(s->dice, 5);

	spell_words(s, "CHECK");
	spell_put(s, twice ? "( (" : "(");
	spell_maybe_gap(s);
	spell_expression(s, rule->check);
	spell_maybe_gap(s);
	spell_put(s, twice ? ")) " : ") ");
}

static void rule_name(struct speller *s, const struct rule *rule)
{
	if (!rule->name)
		return;
	spell_words(s, "CONSTRAINT");
	spell_put(s, spell_defined(s, rule->name));
	spell_gap(s);
}

static void put_inline(struct speller *s, const struct rule *rule)
{
	rule_name(s, rule);
	switch (rule->kind) {
	case RULE_NOT_NULL:
		spell_words(s, "NOT NULL");
		conflict(s, rule);
		break;
	case RULE_PRIMARY_KEY:
		spell_words(s, "PRIMARY KEY");
		if (rule->terms[0].descending)
			spell_words(s, "DESC");
		else if (dice_chance(s->dice, 10))
			spell_words(s, "ASC");
		conflict(s, rule);
		if (rule->autoincrement)
			spell_words(s, "AUTOINCREMENT");
		break;
	case RULE_UNIQUE:
		spell_words(s, "UNIQUE");
		conflict(s, rule);
		break;
	case RULE_CHECK:
		put_check(s, rule);
		break;
	case RULE_FOREIGN_KEY:
		put_reference_clause(s, rule);
	}
}

static void put_type(struct speller *s, const char *type)
{
	int style = strpbrk(type, "\"'[") ? 2 : dice_roll(s->dice, 5);

	for (; *type; type++)
		if (*type == ' ' && style != 2)
			spell_gap(s);
		else
			spell_folded(s, *type, style);
	spell_gap(s);
}

static void put_generated(struct speller *s, const struct field *field)
{
	/* SQLite knows these as the end of a type only with plain space between. */
	if (dice_chance(s->dice, 70))
		spell_put(s, dice_chance(s->dice, 50) ? "GENERATED ALWAYS " : "generated always ");
	spell_words(s, "AS");
	spell_put(s, "(");
	spell_expression(s, field->expr);
	spell_put(s, ") ");
	if (field->stored)
		spell_words(s, "STORED");
	else if (dice_chance(s->dice, 30))
		spell_words(s, "VIRTUAL");
}

static void put_value(struct speller *s, const struct field *field)
{
	spell_words(s, "DEFAULT");
	if (field->value[0] == '(' && dice_chance(s->dice, 10))
		spell_put(s, dice_format(s->dice, "( %s )", field->value));
	else
		spell_put(s, field->value);
	spell_gap(s);
}

static void put_clause(struct speller *s, const struct field *field, int which)
{
	if (which == 0 && field->collate) {
		spell_words(s, "COLLATE");
		spell_called(s, field->collate);
	} else if (which == 0 && dice_chance(s->dice, 3)) {
		spell_words(s, "COLLATE BINARY");
	} else if (which == 1 && field->expr) {
		put_generated(s, field);
	} else if (which == 2 && field->value) {
		put_value(s, field);
	} else if (which == 3 && dice_chance(s->dice, 3)) {
		spell_words(s, "NULL");
	}
}

/* The clauses of a column, begun at a random one. */
static void put_field(struct speller *s, const struct field *field, const struct rule **rules,
		      int count)
{
	int i, first = dice_roll(s->dice, 4), before = dice_roll(s->dice, 5);

	spell_put(s, spell_defined(s, field->name));
	spell_gap(s);
	if (field->type)
		put_type(s, field->type);
	for (i = 0; i < 4; i++) {
		int j;

		if (i == before)
			for (j = 0; j < count; j++)
				put_inline(s, rules[j]);
		put_clause(s, field, (first + i) % 4);
	}
	for (i = 0; before == 4 && i < count; i++)
		put_inline(s, rules[i]);
}

/* ---- tables ---- */

static void put_table_rule(struct speller *s, const struct rule *rule)
{
	rule_name(s, rule);
	if (rule->kind == RULE_CHECK) {
		put_check(s, rule);
		return;
	}
	spell_words(s, rule->kind == RULE_PRIMARY_KEY ? "PRIMARY KEY"
		       : rule->kind == RULE_UNIQUE    ? "UNIQUE"
						      : "FOREIGN KEY");
	spell_put(s, "(");
	put_terms(s, rule->terms, rule->count);
	if (rule->autoincrement)
		spell_words(s, "AUTOINCREMENT");
	spell_put(s, ") ");
	if (rule->kind == RULE_FOREIGN_KEY)
		put_reference_clause(s, rule);
	else
		conflict(s, rule);
}

static bool speaks_of_late(const struct thing *table, const struct rule *rule)
{
	int i;

	for (i = 0; i < table->field_count; i++)
		if (table->fields[i].late && rule_speaks_of(rule, table->fields[i].id))
			return true;
	return false;
}

/* Where each rule stands: the index of its column, or -1 for the table; -2: not in this statement. */
static int place_rule(struct speller *s, const struct thing *table, const struct rule *rule,
		      bool late)
{
	bool free = !rule->name || rule->kind != RULE_CHECK;
	int i;

	if (late && speaks_of_late(table, rule))
		return -2;
	if (rule->kind == RULE_CHECK)
		return dice_chance(s->dice, 50) ? dice_roll(s->dice, late ? 1 : table->field_count)
						: -1;
	if (!rule->inlined)
		return -1;
	if (free && rule->kind != RULE_NOT_NULL && !rule->terms[0].descending &&
	    dice_chance(s->dice, 30))
		return -1;
	for (i = 0; i < table->field_count; i++)
		if (table->fields[i].id == rule->terms[0].column)
			return i;
	return -2;
}

static void put_table_rules(struct speller *s, const struct thing *table, const int *places)
{
	int i, first = dice_roll(s->dice, table->rule_count);

	for (i = 0; i < table->rule_count; i++) {
		int at = (first + i) % table->rule_count;

		if (places[at] != -1)
			continue;
		spell_put(s, ",");
		spell_maybe_gap(s);
		put_table_rule(s, &table->rules[at]);
	}
}

static void put_options(struct speller *s, const struct thing *table)
{
	bool strict_first = dice_chance(s->dice, 50);

	if (table->strict && strict_first)
		spell_words(s, "STRICT");
	if (table->strict && strict_first && table->without_rowid)
		spell_put(s, ",");
	if (table->without_rowid)
		spell_words(s, "WITHOUT ROWID");
	if (table->strict && !strict_first && table->without_rowid)
		spell_put(s, ",");
	if (table->strict && !strict_first)
		spell_words(s, "STRICT");
}

static void create(struct speller *s, const char *what, const char *called)
{
	spell_words(s, "CREATE");
	spell_words(s, what);
	if (dice_chance(s->dice, 5))
		spell_words(s, "IF NOT EXISTS");
	if (dice_chance(s->dice, 5))
		spell_put(s, "main . ");
	spell_put(s, spell_defined(s, called));
	spell_gap(s);
}

static void put_table(struct speller *s, struct thing *table, bool late)
{
	const struct rule *rules[MOST_RULES];
	int places[MOST_RULES], i, j;
	bool first = true;

	for (i = 0; i < table->rule_count; i++)
		places[i] = place_rule(s, table, &table->rules[i], late);
	create(s, "TABLE", table->name);
	spell_put(s, "(");
	for (i = 0; i < table->field_count; i++) {
		int count = 0;

		if (late && table->fields[i].late)
			continue;
		for (j = 0; j < table->rule_count; j++)
			if (places[j] == i)
				rules[count++] = &table->rules[j];
		spell_put(s, first ? "" : ",");
		spell_maybe_gap(s);
		put_field(s, &table->fields[i], rules, count);
		first = false;
	}
	put_table_rules(s, table, places);
	spell_put(s, ")");
	put_options(s, table);
}

static void put_late(struct speller *s, const struct thing *table, const struct field *field)
{
	const struct rule *rules[MOST_RULES];
	int i, count = 0;

	for (i = 0; i < table->rule_count; i++) {
		const struct rule *rule = &table->rules[i];
		bool fits = rule->kind == RULE_NOT_NULL || rule->kind == RULE_CHECK ||
			    (rule->kind == RULE_FOREIGN_KEY && rule->count == 1);

		if (fits && rule_speaks_of(rule, field->id))
			rules[count++] = rule;
	}
	spell_words(s, "ALTER TABLE");
	spell_called(s, table->name);
	spell_words(s, "ADD COLUMN");
	put_field(s, field, rules, count);
	/* SQLite cuts off the line end behind it, and a comment to the end of the line eats what follows the column. */
	spell_put(s, "/**/");
}

/* ---- the others ---- */

static void put_index(struct speller *s, const struct thing *index)
{
	struct thing *table = shape_find(s->shape, index->on);

	create(s, index->unique ? "UNIQUE INDEX" : "INDEX", index->name);
	spell_words(s, "ON");
	spell_put(s, spell_defined(s, table ? table->name : "gone"));
	spell_gap(s);
	spell_put(s, "(");
	put_terms(s, index->terms, index->term_count);
	spell_put(s, ")");
	if (!index->where)
		return;
	spell_gap(s);
	spell_words(s, "WHERE");
	spell_expression(s, index->where);
}

static void put_view(struct speller *s, const struct thing *view)
{
	int i;

	create(s, "VIEW", view->name);
	for (i = 0; view->lists && i < view->field_count; i++) {
		spell_put(s, i ? "," : "(");
		spell_maybe_gap(s);
		spell_put(s, spell_defined(s, view->fields[i].name));
	}
	spell_put(s, view->lists ? ") " : "");
	spell_words(s, "AS");
	spell_expression(s, view->text);
}

static void put_trigger(struct speller *s, const struct thing *trigger)
{
	struct thing *on = shape_find(s->shape, trigger->on);
	int i;

	create(s, "TRIGGER", trigger->name);
	if (trigger->timing)
		spell_words(s, trigger->timing);
	spell_words(s, trigger->event);
	for (i = 0; i < MOST_TERMS && trigger->of[i]; i++) {
		if (!i)
			spell_words(s, "OF");
		spell_put(s, i ? ", " : "");
		spell_called(s, spell_referred(s, 1, trigger->of[i]));
	}
	spell_words(s, "ON");
	if (dice_chance(s->dice, 5))
		spell_put(s, "main . ");
	spell_put(s, spell_defined(s, on ? on->name : "gone"));
	spell_gap(s);
	if (dice_chance(s->dice, 40))
		spell_words(s, "FOR EACH ROW");
	if (trigger->when) {
		spell_words(s, "WHEN");
		spell_expression(s, trigger->when);
		spell_gap(s);
	}
	spell_words(s, "BEGIN");
	spell_expression(s, trigger->text);
	spell_words(s, " END");
}

static void put_virtual(struct speller *s, const struct thing *table)
{
	spell_words(s, "CREATE VIRTUAL TABLE");
	spell_called(s, table->name);
	spell_words(s, "USING");
	spell_put(s, table->module);
	if (!*table->text)
		return;
	spell_put(s, "(");
	/* Modules cut their arguments themselves: no comments, no other case. */
	for (const char *p = table->text; *p; p++)
		if (*p == 1 || *p == 4)
			p = spell_reference(s, p);
		else
			sqlite3_str_appendchar(s->out, 1, *p);
	spell_put(s, ")");
}

/* ---- rows ---- */

static const char *any_literal(struct dice *dice)
{
	static const char *const odd[] = {
		"9223372036854775807",
		"-9223372036854775808",
		"9007199254740993",
		"x''",
		"x'0001ff'",
		"CAST(x'610062' AS TEXT)",
		"'1e3'",
		"'0x10'",
		"' 12'",
		"'12 '",
		"'-0'",
		"-0.0",
		"1e308",
		"0.1",
		"'9223372036854775808'",
		"substr(zeroblob(40), 1)", /* to upper() a zeroblob has twice the letters in UTF-16 */
		"'\303\274'",
		"''",
		"'NULL'",
		"3.0",
		"'3.0'",
		"1e15",
		"'abc'",
		"'ABC'",
		"'abc '",
		"printf('%.300c', 'z')",
		"'it''s'",
		"4611686018427387904.0",
		"x'616263'",
		"CAST(x'ff' AS TEXT)",
	};

	switch (dice_roll(dice, 8)) {
	case 0:
		return "NULL";
	case 1:
	case 2:
	case 3:
		return dice_format(dice, "%d", dice_roll(dice, 7));
	case 4:
		return dice_format(dice, "'%c'", 'a' + dice_roll(dice, 4));
	case 5:
		return dice_format(dice, "%d.5", dice_roll(dice, 5));
	default:
		return PICK(dice, odd);
	}
}

/* A value that a STRICT column is likely to take. */
static const char *literal(struct dice *dice, const struct thing *table, const struct field *field)
{
	const char *type = field->type ? field->type : "";

	if ((!table->strict && !strstr(type, "INTEGER")) || dice_chance(dice, 15))
		return any_literal(dice);
	if (strstr(type, "INT"))
		return dice_format(dice, "%d", dice_roll(dice, 9));
	if (strstr(type, "TEXT"))
		return dice_format(dice, "'%c'", 'a' + dice_roll(dice, 6));
	if (strstr(type, "REAL"))
		return dice_format(dice, "%d.25", dice_roll(dice, 6));
	return strstr(type, "BLOB") ? dice_format(dice, "x'%02d'", dice_roll(dice, 30))
				    : any_literal(dice);
}

static void put_row(struct speller *s, const struct thing *table, bool late)
{
	sqlite3_str *values = sqlite3_str_new(NULL);
	bool rowid = !table->without_rowid && dice_chance(s->dice, 25);
	const char *comma = "";
	char *text;
	int i;

	spell_put(s, dice_format(s->dice, "INSERT INTO %s(",
				 dice_format(s->dice, "\"%w\"", table->name)));
	if (rowid) {
		spell_put(s, "rowid");
		sqlite3_str_appendf(values, "%d", dice_roll(s->dice, 100) - 10);
		comma = ", ";
	}
	for (i = 0; i < table->field_count; i++) {
		const struct field *field = &table->fields[i];

		if (field->expr || (late && field->late) || (*comma && dice_chance(s->dice, 8)))
			continue;
		spell_put(s, dice_format(s->dice, "%s\"%w\"", comma, field->name));
		sqlite3_str_appendf(values, "%s%s", comma, literal(s->dice, table, field));
		comma = ", ";
	}
	text = sqlite3_str_finish(values);
	spell_put(s, dice_format(s->dice, ") VALUES (%s)", text));
	sqlite3_free(text);
}

/* ---- scripts ---- */

static void finish(struct speller *s, struct script *script)
{
	char *text = sqlite3_str_finish(s->out);

	script_add(s->dice, script, dice_format(s->dice, "%s", text));
	sqlite3_free(text);
	s->out = sqlite3_str_new(NULL);
}

static void spell_rows(struct speller *s, struct script *script, bool late)
{
	int i, j;

	for (i = 0; i < s->shape->count; i++) {
		struct thing *table = &s->shape->things[i];

		if (table->kind != THING_TABLE)
			continue;
		for (j = dice_roll(s->dice, late ? 7 : 3); j > 0; j--) {
			put_row(s, table, late);
			finish(s, script);
		}
		for (j = 0; !late && j < table->field_count; j++)
			if (table->fields[j].late) {
				put_late(s, table, &table->fields[j]);
				finish(s, script);
			}
	}
}

static void spell_things(struct speller *s, struct script *script, enum thing_kind kind, bool late)
{
	int i;

	for (i = 0; i < s->shape->count; i++) {
		struct thing *thing = &s->shape->things[i];

		if (thing->kind != kind)
			continue;
		if (kind == THING_TABLE)
			put_table(s, thing, late);
		else if (kind == THING_INDEX)
			put_index(s, thing);
		else if (kind == THING_VIEW)
			put_view(s, thing);
		else if (kind == THING_TRIGGER)
			put_trigger(s, thing);
		else
			put_virtual(s, thing);
		finish(s, script);
	}
}

/* What a file has beside its schema and rows: marks, holes, statistics, the content of virtual tables. */
static void spell_extras(struct speller *s, struct script *script)
{
	struct shape *shape = s->shape;
	int i;

	for (i = 0; i < shape->count; i++) {
		struct thing *thing = &shape->things[i];
		const char *text = NULL;

		if (thing->kind == THING_VIRTUAL && dice_chance(s->dice, 70))
			text = dice_format(s->dice, "INSERT INTO \"%w\" VALUES (%d, 2%s)",
					   thing->name, dice_roll(s->dice, 2),
					   thing->module[0] == 'r' ? ", 3, 4, 5" : "");
		else if (thing->kind == THING_TABLE && dice_chance(s->dice, 30))
			text = dice_format(s->dice, "DELETE FROM \"%w\" WHERE rowid %% 3 = %d",
					   thing->name, dice_roll(s->dice, 3));
		else if (thing->kind == THING_TABLE && dice_chance(s->dice, 30))
			text = dice_format(s->dice,
					   "UPDATE sqlite_sequence SET seq = seq + %d"
					   " WHERE name = '%q'",
					   dice_roll(s->dice, 50), thing->name);
		if (text)
			script_add(s->dice, script, (char *)text);
	}
	if (dice_chance(s->dice, 25))
		script_add(s->dice, script, dice_format(s->dice, "ANALYZE"));
}

void shape_spell(struct dice *dice, struct script *script, struct shape *shape, bool rows)
{
	struct speller s = {dice, shape, sqlite3_str_new(NULL)};

	*script = (struct script){0};
	spell_things(&s, script, THING_TABLE, rows);
	if (rows) {
		spell_rows(&s, script, true);
		spell_rows(&s, script, false);
	}
	spell_things(&s, script, THING_INDEX, false);
	spell_things(&s, script, THING_VIEW, false);
	spell_things(&s, script, THING_VIRTUAL, false);
	if (rows)
		spell_extras(&s, script);
	spell_things(&s, script, THING_TRIGGER, false);
	if (shape->user_version)
		script_add(dice, script,
			   dice_format(dice, "PRAGMA user_version = %d", shape->user_version));
	if (shape->application_id)
		script_add(dice, script,
			   dice_format(dice, "PRAGMA application_id = %d", shape->application_id));
	sqlite3_free(sqlite3_str_finish(s.out));
	script->skip = dice_memory(dice, (size_t)script->count * sizeof(bool));
	script->failed = dice_memory(dice, (size_t)script->count * sizeof(bool));
}
