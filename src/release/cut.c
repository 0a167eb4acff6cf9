/* SPDX-License-Identifier: MIT */
/*
 * cut.c: what is consumed, taken out of the text of a document.
 *
 *	<column name="a" was="b" type="TEXT"/>	an attribute goes with the space before it
 *	  <dropped column="b"/>			an element alone on its lines goes with these lines
 *
 * The places are found by the scan that messages point with, and nothing is
 * written anew: whatever stands around what goes stays as its author wrote it.
 */
#include <string.h>

#include "base/text.h"
#include "release/consumed.h"
#include "xml/place.h"

struct cut {
	size_t from;
	size_t to;
};

static const struct tag *tag_at(const struct scan *scan, const struct moult_place *place)
{
	for (int i = 0; i < scan->tag_count; i++) {
		const struct moult_place is = mo_scan_tag_place(scan, &scan->tags[i]);

		if (is.line == place->line && is.column == place->column)
			return &scan->tags[i];
	}
	return NULL;
}

static bool is_named(const struct scan *scan, size_t at, size_t length, const char *name)
{
	return length == strlen(name) && strncmp(scan->text + at, name, length) == 0;
}

/* A name without its prefix. */
static bool is_element(const struct scan *scan, const struct tag *tag, const char *name)
{
	const char *start = scan->text + tag->start + 1;
	const char *colon = memchr(start, ':', tag->name_length);
	const size_t prefix = colon ? (size_t)(colon + 1 - start) : 0;

	return is_named(scan, tag->start + 1 + prefix, tag->name_length - prefix, name);
}

static struct cut cut_attribute(const struct scan *scan, const struct spot *spot)
{
	struct cut cut = {spot->name, (size_t)spot->value + spot->value_length + 1};

	while (cut.from && mo_is_space(scan->text[cut.from - 1]))
		cut.from--;
	return cut;
}

static struct cut cut_element(const struct scan *scan, const struct tag *tag)
{
	size_t from = tag->start, to = tag->finish;

	while (from && (scan->text[from - 1] == ' ' || scan->text[from - 1] == '\t'))
		from--;
	while (to < scan->size &&
	       (scan->text[to] == ' ' || scan->text[to] == '\t' || scan->text[to] == '\r'))
		to++;
	if ((from && scan->text[from - 1] != '\n') || to >= scan->size || scan->text[to] != '\n')
		return (struct cut){tag->start, tag->finish};
	return (struct cut){from, to + 1};
}

/* The children of a tag follow it; each says where the tag behind it is. */
static bool find_part(struct cut *cut, const struct scan *scan, const struct tag *tag,
		      const char *part)
{
	const struct spot *spots = scan->spots + tag->first_spot;

	for (int i = 0; i < tag->spot_count; i++)
		if (is_named(scan, spots[i].name, spots[i].name_length, part)) {
			*cut = cut_attribute(scan, &spots[i]);
			return true;
		}
	for (int i = (int)(tag - scan->tags) + 1; i < tag->next; i = scan->tags[i].next)
		if (is_element(scan, &scan->tags[i], part)) {
			*cut = cut_element(scan, &scan->tags[i]);
			return true;
		}
	return false;
}

static bool find_cut(struct cut *cut, const struct scan *scan, const struct consumed *consumed)
{
	const struct tag *tag =
		mo_same(consumed->place.file, scan->name) ? tag_at(scan, &consumed->place) : NULL;

	if (!tag)
		return false;
	if (consumed->part)
		return find_part(cut, scan, tag, consumed->part);
	*cut = cut_element(scan, tag);
	return true;
}

/* In the order of the text, by insertion. */
static void insert(struct list *cuts, struct arena *arena, const struct cut *cut)
{
	struct cut *copy = mo_arena_make(arena, struct cut);
	int at = cuts->count;

	if (!copy)
		return;
	*copy = *cut;
	mo_list_add(arena, cuts, copy);
	if (mo_arena_rc(arena))
		return;
	for (; at > 0 && ((struct cut *)cuts->items[at - 1])->from > cut->from; at--)
		cuts->items[at] = cuts->items[at - 1];
	cuts->items[at] = copy;
}

static void write_rest(sqlite3_str *out, const struct scan *scan, const struct list *cuts)
{
	size_t from = 0;

	EACH (const struct cut, cut, cuts) {
		/* An element inside one that goes is gone with it. */
		if (cut->from < from)
			continue;
		sqlite3_str_append(out, scan->text + from, (int)(cut->from - from));
		from = cut->to;
	}
	sqlite3_str_append(out, scan->text + from, (int)(scan->size - from));
}

int mo_consumed_cut(sqlite3_str *out, int *count, const struct list *list, const char *name,
		    const char *text, size_t size, struct diags *diags)
{
	struct arena *arena = mo_arena_new();
	struct list cuts = {0};
	struct scan scan;
	struct cut cut;
	int rc = arena ? mo_scan(&scan, arena, arena, name, text, size, diags)
		       : mo_diag_memory(diags);

	EACH (const struct consumed, consumed, list)
		if (!rc && find_cut(&cut, &scan, consumed))
			insert(&cuts, arena, &cut);
	if (!rc && mo_arena_rc(arena))
		rc = mo_diag_memory(diags);
	if (!rc) {
		write_rest(out, &scan, &cuts);
		*count = cuts.count;
	}
	mo_arena_free(arena);
	return rc;
}
