/* SPDX-License-Identifier: MIT */
/*
 * fill.c: using expressions for columns that come, or come under another type.
 *
 * They read the old row and other tables, which the same document renames, retypes
 * and drops: whatever happens to those, what is read is the file as it was.  So
 * each is written twice: with plain names for the document, and with the file's
 * schema before every table for the naive copy.
 */
#include <string.h>

#include "trial.h"

/* ---- which columns ---- */

char fill_affinity(const char *type)
{
	static const struct {
		const char *part;
		char affinity;
	} rules[] = {{"%INT%", 'I'},  {"%CHAR%", 'T'}, {"%CLOB%", 'T'}, {"%TEXT%", 'T'},
		     {"%BLOB%", 'B'}, {"%REAL%", 'R'}, {"%FLOA%", 'R'}, {"%DOUB%", 'R'}};
	size_t i;

	for (i = 0; type && i < sizeof(rules) / sizeof(*rules); i++)
		if (!sqlite3_strlike(rules[i].part, type, 0))
			return rules[i].affinity;
	return type ? 'N' : 'B';
}

static bool is_in_key(const struct thing *table, int column)
{
	int i;

	for (i = 0; i < table->rule_count; i++)
		if (table->rules[i].kind == RULE_PRIMARY_KEY &&
		    rule_speaks_of(&table->rules[i], column))
			return true;
	return false;
}

static bool is_told(const struct trial *trial, const char *table, const char *have,
		    const char *want)
{
	int i;

	for (i = 0; i < trial->former_count; i++) {
		const struct former *former = &trial->formers[i];

		if ((table ? former->table && !strcmp(former->table, table) : !former->table) &&
		    !strcmp(former->have, have) && !strcmp(former->want, want))
			return true;
	}
	return !sqlite3_stricmp(have, want);
}

/* Whether a document that gives it a using expression has it computed, as moult(5) says. */
static bool is_filled(const struct trial *trial, struct thing *had, const struct thing *table,
		      const struct field *field)
{
	const struct field *was = thing_field(had, field->id);

	if (field->expr || is_in_key(table, field->id))
		return false;
	if (!was)
		return field_name_is_free(had, field->name);
	return !was->expr && fill_affinity(was->type) != fill_affinity(field->type) &&
	       is_told(trial, table->name, was->name, field->name);
}

/* ---- what they say ---- */

/* $t is a table with its schema before it where that is told, $c a column of the row, $o of the table. */
static const char *const forms[] = {
	"(quote(old.$c) || '')",
	"coalesce(old.$c, 'none')",
	"typeof(old.$c) || length(old.$c)",
	"(SELECT count(*) FROM $t AS x)",
	"(SELECT max(x.$o) FROM $t AS x)",
	"(SELECT min(quote(x.$o) || '') FROM $t AS x)",
	"(SELECT count(*) FROM $t AS x WHERE x.$o IS old.$c)",
	"(SELECT count(*) FROM $t AS x WHERE quote(x.$o) || '' < quote(old.$c) || '')",
	"(SELECT max(typeof(x.$o)) FROM $t AS x WHERE typeof(x.$o) <> typeof(old.$c))",
	"(SELECT total(length(x.$o)) FROM $t AS x) + length(old.$c)",
	"EXISTS (SELECT 1 FROM $t AS x WHERE x.$o = old.$c)",
	"old.$c IN (SELECT x.$o FROM $t AS x)",
};

struct words {
	const char *column;
	const char *table;
	const char *other;
};

static const char *say(struct dice *dice, const char *form, const char *schema,
		       const struct words *words)
{
	char *text = dice_format(dice, "");

	for (; *form; form++) {
		if (*form != '$') {
			text = dice_format(dice, "%s%c", text, *form);
			continue;
		}
		form++;
		if (*form == 't')
			text = dice_format(dice, "%s%s\"%w\"", text, schema, words->table);
		else
			text = dice_format(dice, "%s\"%w\"", text,
					   *form == 'c' ? words->column : words->other);
	}
	return text;
}

static const char *any_column(struct dice *dice, const struct thing *table)
{
	return table->fields[dice_roll(dice, table->field_count)].name;
}

void fill_make(struct trial *trial, struct shape *have, struct shape *want)
{
	struct dice *dice = trial->dice;
	int i, j;

	trial->fillings = dice_memory(dice, sizeof(*trial->fillings) * MOST_THINGS * MOST_COLUMNS);
	for (i = 0; i < want->count; i++) {
		struct thing *table = &want->things[i], *had = shape_find(have, table->id);

		if (!had || had->kind != THING_TABLE || table->kind != THING_TABLE ||
		    !is_told(trial, NULL, had->name, table->name))
			continue;
		for (j = 0; j < table->field_count; j++) {
			const struct thing *read = shape_random(dice, have, THING_TABLE);
			const struct words words = {any_column(dice, had), read->name,
						    any_column(dice, read)};
			const char *form = PICK(dice, forms);

			if (!is_filled(trial, had, table, &table->fields[j]) ||
			    dice_chance(dice, 10))
				continue;
			trial->fillings[trial->filling_count++] = (struct filling){
				table->name, table->fields[j].name, say(dice, form, "", &words),
				say(dice, form, "have.", &words), false};
		}
	}
}

const struct filling *fill_of(const struct trial *trial, const char *table, const char *column)
{
	int i;

	for (i = 0; !trial->is_back && i < trial->filling_count; i++)
		if (trial->fillings[i].is_said &&
		    !sqlite3_stricmp(trial->fillings[i].table, table) &&
		    !sqlite3_stricmp(trial->fillings[i].column, column))
			return &trial->fillings[i];
	return NULL;
}
