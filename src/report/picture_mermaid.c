/* SPDX-License-Identifier: MIT */
/*
 * picture_mermaid.c: a picture as Mermaid draws it, an entity relationship diagram.
 *
 *	erDiagram
 *	    "author" {
 *	        INTEGER id PK
 *	        TEXT name UK "not null"
 *	    }
 *	    "author" ||--o{ "book" : "author_id"
 *
 * Names of entities are always quoted: a bare one may be a word of Mermaid's ("style", "one").  In
 * quotes Mermaid knows characters by #NUMBER;, and takes _x_ and *x* for Markdown.  A column is one
 * word of few characters, and its name is told behind it where it has others; a type is one, too.
 * https://mermaid.js.org/syntax/entityRelationshipDiagram.html
 */
#include <string.h>

#include "base/show.h"
#include "base/text.h"
#include "report/picture.h"

/* ---- texts and words ---- */

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* An underline between letters is itself. */
static bool is_special(const char *text, const char *at)
{
	if (*at == '_')
		return at == text || !is_plain(at[-1]) || !is_plain(at[1]);
	return strchr("\"#<>&%\\`*", *at);
}

static void put_quoted(sqlite3_str *out, struct arena *arena, const char *text)
{
	const char *line = mo_said_line(arena, mo_seen(text));

	sqlite3_str_appendchar(out, 1, '"');
	for (const char *at = line; at && *at; at++) {
		if (is_special(line, at))
			sqlite3_str_appendf(out, "#%d;", *at);
		else
			sqlite3_str_appendchar(out, 1, *at);
	}
	sqlite3_str_appendchar(out, 1, '"');
}

static bool is_letter(unsigned code)
{
	return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code == '_' ||
	       (code >= 0xC0 && code < 0xD800 && !mo_is_steering(code));
}

static bool is_of_word(unsigned code)
{
	return is_letter(code) || (code >= '0' && code <= '9');
}

/* Keys are words of their own, in whatever case. */
static bool is_key(const char *word)
{
	return mo_same_name(word, "PK") || mo_same_name(word, "FK") || mo_same_name(word, "UK");
}

/* What brackets a type has stay. */
static char *word_of(struct arena *arena, const char *text, const char *also)
{
	sqlite3_str *word = sqlite3_str_new(NULL);
	int length;

	if (is_key(text) || !is_letter(mo_utf8_read(text, &length)))
		sqlite3_str_appendchar(word, 1, '_');
	for (; *text; text += length) {
		const bool is_taken = is_of_word(mo_utf8_read(text, &length)) ||
				      (length == 1 && strchr(also, *text));

		sqlite3_str_append(word, is_taken ? text : "_", is_taken ? length : 1);
	}
	return mo_arena_take(arena, word);
}

/* ---- entities ---- */

static void put_keys(sqlite3_str *out, const struct box_line *line)
{
	const char *keys[] = {line->is_primary ? "PK" : NULL, line->is_foreign ? "FK" : NULL,
			      line->is_unique && !line->is_primary ? "UK" : NULL};
	const char *before = " ";

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (!keys[i])
			continue;
		sqlite3_str_appendf(out, "%s%s", before, keys[i]);
		before = ", ";
	}
}

/* What the words before it do not say. */
static const char *remark(struct arena *arena, const struct box_line *line, bool is_as_spelled)
{
	static const char *const words[MARK_COUNT] = {
		[MARK_ADD] = "new", [MARK_DROP] = "goes", [MARK_CHANGE] = "changes"};
	const char *name = is_as_spelled ? NULL : mo_seen(line->name);
	const char *nulls = line->is_not_null && !line->is_primary ? "not null" : NULL;
	const char *all[] = {name, nulls, line->note ? line->note : words[line->mark]};
	const char *text = NULL;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i])
			text = mo_arena_format(arena, "%s%s%s", text ? text : "", text ? "; " : "",
					       all[i]);
	return text;
}

static void put_line(sqlite3_str *out, struct arena *arena, const struct box_line *line)
{
	const char *type = *line->type ? word_of(arena, line->type, "()[]") : "any";
	const char *name = word_of(arena, line->name, "");
	const char *text = remark(arena, line, mo_same(name, line->name));

	sqlite3_str_appendf(out, "        %s %s", type, name);
	put_keys(out, line);
	if (text) {
		sqlite3_str_appendchar(out, 1, ' ');
		put_quoted(out, arena, text);
	}
	sqlite3_str_appendchar(out, 1, '\n');
}

/* A trigger takes the place of a column, with its event for a type. */
static void put_trigger(sqlite3_str *out, struct arena *arena, const struct trigger *trigger)
{
	const char *name = trigger->object.name, *word = word_of(arena, name, "");
	const char *words = mo_trigger_words(arena, trigger);

	sqlite3_str_appendf(out, "        trigger %s ", word);
	put_quoted(out, arena,
		   mo_same(word, name) ? words
				       : mo_arena_format(arena, "%s; %s", mo_seen(name), words));
	sqlite3_str_appendchar(out, 1, '\n');
}

static void put_box(sqlite3_str *out, const struct picture *picture, const struct box *box)
{
	const bool has_triggers =
		picture->has_triggers && box->object && box->object->triggers.count;

	sqlite3_str_appendall(out, "    ");
	put_quoted(out, picture->arena, box->name);
	if (!box->lines.count && !has_triggers) {
		sqlite3_str_appendchar(out, 1, '\n');
		return;
	}
	sqlite3_str_appendall(out, " {\n");
	EACH (const struct box_line, line, &box->lines)
		put_line(out, picture->arena, line);
	if (has_triggers)
		EACH (const struct trigger, trigger, &box->object->triggers)
			put_trigger(out, picture->arena, trigger);
	sqlite3_str_appendall(out, "    }\n");
}

static void put_relation(sqlite3_str *out, struct arena *arena, const struct relation *relation)
{
	sqlite3_str_appendall(out, "    ");
	put_quoted(out, arena, relation->parent->name);
	if (!relation->constraint)
		sqlite3_str_appendall(out, " }o..o{ ");
	else
		sqlite3_str_appendf(out, " %s--%s ", relation->is_optional ? "|o" : "||",
				    relation->is_single ? "o|" : "o{");
	put_quoted(out, arena, relation->child->name);
	sqlite3_str_appendall(out, " : ");
	put_quoted(out, arena, !relation->constraint ? "read by" : relation->label);
	sqlite3_str_appendchar(out, 1, '\n');
}

void mo_draw_mermaid(sqlite3_str *out, const struct picture *picture)
{
	sqlite3_str_appendall(out, "erDiagram\n");
	EACH (const struct box, box, &picture->boxes)
		put_box(out, picture, box);
	EACH (const struct relation, relation, &picture->relations)
		put_relation(out, picture->arena, relation);
}
