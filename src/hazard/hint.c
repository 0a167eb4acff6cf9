/* SPDX-License-Identifier: MIT */
/* hint.c: see hint.h. */
#include "hazard/hint.h"

#include <string.h>

#include "base/text.h"
#include "live/advice.h"
#include "sql/write.h"

void mo_hint_value(sqlite3_str *out, const char *text)
{
	for (; text && *text; text++) {
		const char *escaped = *text == '<'    ? "&lt;"
				      : *text == '&'  ? "&amp;"
				      : *text == '"'  ? "&quot;"
				      : *text == '\n' ? "&#10;"
				      : *text == '\t' ? "&#9;"
				      : *text == '\r' ? "&#13;"
						      : NULL;

		if (escaped)
			sqlite3_str_appendall(out, escaped);
		else
			sqlite3_str_appendchar(out, 1, *text);
	}
}

char *mo_hint_attribute(struct arena *arena, const char *attribute, const char *text)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendf(out, "%s=\"", attribute);
	mo_hint_value(out, text);
	sqlite3_str_appendchar(out, 1, '"');
	return mo_arena_take(arena, out);
}

char *mo_hint_was(struct arena *arena, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_write_name(out, name);
	return mo_hint_attribute(arena, "was", mo_arena_take(arena, out));
}

char *mo_hint_dropped(struct arena *arena, enum kind kind, const char *name)
{
	const char *what = kind == KIND_VIRTUAL ? mo_kind_names[KIND_TABLE] : mo_kind_names[kind];

	return mo_arena_format(arena, "<dropped %s/>", mo_hint_attribute(arena, what, name));
}

char *mo_hint_dropped_column(struct arena *arena, const char *name)
{
	return mo_arena_format(arena, "<dropped %s/>", mo_hint_attribute(arena, "column", name));
}

char *mo_hint_ignore(struct arena *arena, const char *name)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (; *name; name++) {
		const bool is_special = *name == '*' || *name == '?' || *name == '[';

		sqlite3_str_appendall(out, is_special ? "[" : "");
		sqlite3_str_append(out, name, 1);
		sqlite3_str_appendall(out, is_special ? "]" : "");
	}
	return mo_arena_format(arena, "<ignore %s/>",
			       mo_hint_attribute(arena, "name", mo_arena_take(arena, out)));
}

char *mo_hint_undeclared(struct arena *arena, const struct object *object,
			 const struct column *column)
{
	const char *ignore = mo_hint_ignore(arena, object->name);

	if (!column)
		return mo_arena_format(arena,
				       "declare it, drop it with %s, or leave it alone with %s",
				       mo_hint_dropped(arena, object->kind, object->name), ignore);
	return mo_arena_format(
		arena, "declare it, drop it with %s in table %s, or leave the table alone with %s",
		mo_hint_dropped_column(arena, column->object.name), object->name, ignore);
}

/* Only what a document declares has a place in it; one that declares nothing is as good as one. */
static bool is_document(const struct schema *want)
{
	bool is_empty = true;

	for (int kind = 0; kind < KIND_COUNT; kind++) {
		EACH (const struct object, object, &want->objects[kind]) {
			if (object->place.file)
				return true;
			is_empty = false;
		}
	}
	return is_empty;
}

static bool has_words(const char *hint)
{
	return hint && (strchr(hint, '<') || strstr(hint, "=\""));
}

void mo_hint_at_document(struct plan *plan)
{
	if (is_document(plan->diff->want))
		return;
	EACH (struct hazard, hazard, &plan->hazards)
		if (has_words(hazard->hint))
			hazard->hint = mo_arena_format(
				plan->arena,
				"want a document (moult dump WANT -o want.xml makes it): %s",
				hazard->hint);
}

/* references="author(id)", with the columns of the key but one that is called otherwise */
static char *references(struct arena *arena, const char *table, const struct constraint *key,
			const char *instead_of, const char *column)
{
	const struct list *columns = &key->reference.columns;
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_write_name(out, table);
	for (int i = 0; i < columns->count; i++) {
		const char *name = columns->items[i];

		sqlite3_str_appendall(out, i ? ", " : "(");
		mo_write_name(out, mo_same_name(name, instead_of) ? column : name);
	}
	sqlite3_str_appendall(out, columns->count ? ")" : "");
	return mo_hint_attribute(arena, "references", mo_arena_take(arena, out));
}

char *mo_hint_parent_column(const struct plan *plan, const struct constraint *key, const char *name)
{
	const struct table *parent = mo_schema_table(plan->diff->goal, key->reference.table);
	const char *meant = mo_advice_column(plan->arena, parent, name);

	if (!meant && key->reference.columns.count == 1 && mo_table_integer_key(parent))
		meant = mo_table_integer_key(parent)->object.name;
	return meant ? mo_arena_format(
			       plan->arena, "did you mean %s?",
			       references(plan->arena, parent->object.name, key, name, meant))
		     : NULL;
}
