/* SPDX-License-Identifier: MIT */
/*
 * speller.c: the tokens of SQL, each time in another of the spellings that SQLite
 * takes for the same.
 */
#include "speller.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- tokens ---- */

static bool can_be_bare(struct dice *dice, const char *name)
{
	static const char *const soft[] = {"key", "replace", "begin",  "end",
					   "row", "of",	     "always", "instead"};
	size_t i;

	if (!*name || isdigit((unsigned char)*name) || *name == '$')
		return false;
	for (i = 0; name[i]; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '$' &&
		    (unsigned char)name[i] < 0x80)
			return false;
	for (i = 0; i < sizeof(soft) / sizeof(soft[0]); i++)
		if (!sqlite3_stricmp(soft[i], name))
			return dice_chance(dice, 10);
	return !sqlite3_keyword_check(name, (int)strlen(name)) && sqlite3_stricmp(name, "true") &&
	       sqlite3_stricmp(name, "false");
}

char *spell_name(struct dice *dice, const char *name)
{
	sqlite3_str *out;
	char *text, *copy;

	if (can_be_bare(dice, name) && dice_chance(dice, 70))
		return dice_format(dice, "%s", name);
	if (*name && !strchr(name, ']') && dice_chance(dice, 25))
		return dice_format(dice, "[%s]", name);
	if (dice_chance(dice, 70))
		return dice_format(dice, "\"%w\"", name);
	out = sqlite3_str_new(NULL);
	sqlite3_str_appendchar(out, 1, '`');
	for (; *name; name++)
		sqlite3_str_appendchar(out, *name == '`' ? 2 : 1, *name);
	sqlite3_str_appendchar(out, 1, '`');
	text = sqlite3_str_finish(out);
	copy = dice_format(dice, "%s", text);
	sqlite3_free(text);
	return copy;
}

/* Where only a name can stand SQLite takes a string for one. */
const char *spell_defined(struct speller *s, const char *name)
{
	return dice_chance(s->dice, 6) ? dice_format(s->dice, "'%q'", name)
				       : spell_name(s->dice, name);
}

void spell_put(struct speller *s, const char *text)
{
	sqlite3_str_appendall(s->out, text);
}

void spell_gap(struct speller *s)
{
	static const char *const gaps[] = {"\n",
					   "\t",
					   "  ",
					   "\r\n",
					   " /* ) , ' \" */ ",
					   "/**/",
					   " -- it's; (\n",
					   " /* CHECK (x) -- */ "};

	spell_put(s, dice_chance(s->dice, 90) ? " " : PICK(s->dice, gaps));
}

void spell_maybe_gap(struct speller *s)
{
	if (dice_chance(s->dice, 15))
		spell_gap(s);
}

void spell_folded(struct speller *s, char c, int style)
{
	sqlite3_str_appendchar(s->out, 1,
			       (char)(style == 0   ? tolower((unsigned char)c)
				      : style == 1 ? toupper((unsigned char)c)
						   : c));
}

/* Keywords, each with a gap behind it. */
void spell_words(struct speller *s, const char *text)
{
	int style = dice_roll(s->dice, 4);

	for (; *text; text++) {
		if (*text == ' ')
			spell_gap(s);
		else
			spell_folded(s, *text, style);
	}
	spell_gap(s);
}

void spell_called(struct speller *s, const char *text)
{
	spell_put(s, spell_name(s->dice, text));
	spell_gap(s);
}

/* ---- expressions ---- */

const char *spell_referred(struct speller *s, char mark, int id)
{
	struct field *field = mark == 1 ? shape_field(s->shape, id) : NULL;
	struct thing *thing = mark == 1 ? NULL : shape_find(s->shape, id);

	if (field)
		return field->name;
	return thing ? thing->name : dice_format(s->dice, "gone_%d", id);
}

const char *spell_reference(struct speller *s, const char *text)
{
	const char *to = spell_referred(s, *text, atoi(text + 1));

	spell_put(s, *text == 4 ? dice_format(s->dice, "'%q'", to) : spell_name(s->dice, to));
	return strchr(text, 2);
}

/* A text with its references; what is not in quotes may change its case and its gaps. */
void spell_expression(struct speller *s, const char *text)
{
	int style = dice_roll(s->dice, 5);
	char quote = 0;

	for (; *text; text++) {
		if (*text == 1 || *text == 3 || *text == 4) {
			text = spell_reference(s, text);
			continue;
		}
		if (quote ? *text == quote : *text == '\'' || *text == '"')
			quote = quote ? 0 : *text;
		if (quote || *text == '\'' || *text == '"')
			sqlite3_str_appendchar(s->out, 1, *text);
		else if (*text == ' ')
			spell_gap(s);
		else
			spell_folded(s, *text, style);
	}
}
