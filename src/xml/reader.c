/* SPDX-License-Identifier: MIT */
/* reader.c: what the parts of the document's reader ask: places, paths, and whether to go on. */
#include <string.h>

#include "base/text.h"
#include "xml/reader.h"

bool mo_reader_is_full(const struct reader *r)
{
	return mo_diag_errors(r->diags, r->first) >= MO_MISTAKES_LIMIT;
}

const char *mo_reader_path(struct reader *r, const xmlNode *node)
{
	static const char *const words[E_COUNT] = {
		[E_TABLE] = "table",	     [E_COLUMN] = "column",
		[E_INDEX] = "index",	     [E_TOP_INDEX] = "index",
		[E_VIEW] = "view",	     [E_TRIGGER] = "trigger",
		[E_TOP_TRIGGER] = "trigger", [E_VIRTUAL_TABLE] = "virtual table",
	};

	for (; node && node->type == XML_ELEMENT_NODE; node = node->parent) {
		const int rule = mo_node_tag(node)->rule;
		const char *name = mo_node_value(node, "name");

		if (!words[rule] || !name)
			continue;
		if (rule != E_COLUMN)
			return mo_arena_format(r->scratch, "%s %s", words[rule], name);
		return mo_arena_format(r->scratch, "column %s.%s",
				       mo_node_value(node->parent, "name"), name);
	}
	return NULL;
}

struct moult_place mo_reader_place(const struct reader *r, const xmlNode *node)
{
	return mo_scan_tag_place(&r->file->scan, mo_node_tag(node));
}

struct moult_place mo_reader_attribute_place(const struct reader *r, const xmlAttr *attribute)
{
	const struct spot *spot = mo_attribute_spot(attribute);

	return mo_scan_place(&r->file->scan, spot->name, spot->name_length);
}

/* An empty value has no place of its own. */
struct moult_place mo_reader_value_place(const struct reader *r, const xmlAttr *attribute)
{
	const struct spot *spot = mo_attribute_spot(attribute);

	if (!spot->value_length)
		return mo_reader_attribute_place(r, attribute);
	return mo_scan_place(&r->file->scan, spot->value, spot->value_length);
}

char *mo_trim(struct arena *arena, const char *text)
{
	size_t length;

	if (!text)
		return NULL;
	while (mo_is_space(*text))
		text++;
	length = strlen(text);
	while (length && mo_is_space(text[length - 1]))
		length--;
	return mo_arena_slice(arena, text, length);
}
