/* SPDX-License-Identifier: MIT */
/*
 * load.c: see load.h.
 *
 * The scan comes first and enforces the limits, so libxml2 is given only texts
 * that are small enough, in UTF-8, without DOCTYPE or entities.  That it meets
 * none is asked again through its own callback: two locks on that door.
 */
#include "xml/load.h"

#include <libxml/parser.h>
#include <string.h>

#include "base/text.h"

#define ROOM_FOR_BYTE 25 /* what the tree of a document takes, at most, by measurement */
#define ROOM_FOR_PARSER ((size_t)128 << 10)

struct loading {
	struct file *file;
	struct diags *diags;
	bool failed;
	bool starved;
};

/* ---- errors of the parser -------------------------------------------------- */

/* libxml2 counts characters, a place counts bytes. */
static size_t offset_of(const struct scan *scan, int line, int column)
{
	const unsigned char *text = (const unsigned char *)scan->text;
	size_t at;

	if (line < 1 || line > scan->line_count)
		return scan->size;
	at = scan->lines[line - 1];
	for (; column > 1 && at < scan->size && text[at] != '\n'; column--)
		for (at++; at < scan->size && (text[at] & 0xC0) == 0x80; at++)
			;
	return at;
}

/* The parser's message without its line end. */
static int message_length(const char *message)
{
	int length = message ? (int)strlen(message) : 0;

	while (length && mo_is_space(message[length - 1]))
		length--;
	return length;
}

static void on_error(void *context, mo_xml_error error)
{
	xmlParserCtxt *parser = context;
	struct loading *loading = parser->_private;
	struct moult_place place;

	if (!loading || error->level < XML_ERR_ERROR)
		return;
	if (error->code == XML_ERR_NO_MEMORY)
		loading->starved = true;
	if (loading->failed || loading->starved)
		return;
	loading->failed = true;
	place = mo_scan_place(&loading->file->scan,
			      offset_of(&loading->file->scan, error->line, error->int2), 1);
	mo_diag(loading->diags,
		error->code == XML_ERR_UNDECLARED_ENTITY ? DIAG_DOC010 : DIAG_DOC002, &place, NULL,
		"this is not well-formed XML: %.*s", message_length(error->message),
		error->message ? error->message : "");
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *public_id,
		       const xmlChar *system_id)
{
	xmlParserCtxt *parser = context;
	struct loading *loading = parser->_private;
	struct moult_place place = mo_scan_place(&loading->file->scan, 0, 1);

	(void)name;
	(void)public_id;
	(void)system_id;
	if (!loading->failed)
		mo_diag(loading->diags, DIAG_DOC010, &place, NULL, "a DOCTYPE is not allowed");
	loading->failed = true;
}

bool mo_xml_has_room(size_t size)
{
	void *room = xmlMalloc(size);

	xmlFree(room);
	return room != NULL;
}

static void parse(struct loading *loading)
{
	const struct scan *scan = &loading->file->scan;
	const bool room = mo_xml_has_room(scan->size * ROOM_FOR_BYTE + ROOM_FOR_PARSER);
	xmlParserCtxt *parser = room ? xmlNewParserCtxt() : NULL;
	mo_xml_error error;

	if (!parser) {
		loading->starved = true;
		return;
	}
	parser->_private = loading;
	parser->sax->serror = on_error;
	parser->sax->internalSubset = on_doctype;
	loading->file->doc = xmlCtxtReadMemory(parser, scan->text, (int)scan->size, NULL, "UTF-8",
					       XML_PARSE_NONET | XML_PARSE_COMPACT);
	error = xmlCtxtGetLastError(parser);
	if ((error && error->code == XML_ERR_NO_MEMORY) ||
	    (!loading->file->doc && !loading->failed))
		loading->starved = true;
	xmlFreeParserCtxt(parser);
}

/* ---- nodes and places ------------------------------------------------------ */

static bool spells(const struct scan *scan, const struct spot *spot, const xmlAttr *attribute)
{
	const char *name = scan->text + spot->name;
	const char *colon = memchr(name, ':', spot->name_length);
	const size_t prefix = colon ? (size_t)(colon - name) : 0;
	const char *local = colon ? colon + 1 : name;
	const size_t length = spot->name_length - (size_t)(local - name);
	const xmlChar *want = attribute->ns ? attribute->ns->prefix : NULL;

	if (strlen((const char *)attribute->name) != length ||
	    memcmp(attribute->name, local, length) != 0)
		return false;
	return want ? strlen((const char *)want) == prefix && memcmp(want, name, prefix) == 0
		    : !colon;
}

static const char *value_of(struct arena *arena, const xmlAttr *attribute)
{
	const xmlNode *first = attribute->children;
	xmlChar *value;
	char *copy;

	if (!first)
		return "";
	if (!first->next && first->type == XML_TEXT_NODE)
		return first->content ? (const char *)first->content : "";
	value = xmlNodeListGetString(attribute->doc, attribute->children, 1);
	copy = mo_arena_text(arena, (const char *)value);
	xmlFree(value);
	return copy;
}

/*
 * Declarations of namespaces are spots too, but no attributes; the others mostly come in the order
 * of the text.
 */
static bool attach_attributes(struct file *file, struct arena *arena, xmlNode *node,
			      const struct tag *tag)
{
	struct spot *spots = file->scan.spots + tag->first_spot;
	int i = 0;

	for (xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
		int tries = 0;

		for (; tries < tag->spot_count && !spells(&file->scan, &spots[i], attribute);
		     tries++)
			i = (i + 1) % tag->spot_count;
		if (tries == tag->spot_count)
			return false;
		attribute->_private = &spots[i];
		spots[i].text = value_of(arena, attribute);
		if (!spots[i].text)
			return false;
		i = (i + 1) % tag->spot_count;
	}
	return true;
}

/* The scan's tags have the order of the tree; count is how many have found their node. */
static bool attach(struct file *file, struct arena *arena, xmlNode *node, int *count)
{
	struct tag *tag = &file->scan.tags[*count];

	if (*count == file->scan.tag_count)
		return false;
	++*count;
	node->_private = tag;
	if (!attach_attributes(file, arena, node, tag))
		return false;
	for (xmlNode *child = node->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE && !attach(file, arena, child, count))
			return false;
	return true;
}

static bool attach_all(struct file *file, struct arena *arena)
{
	xmlNode *root = xmlDocGetRootElement(file->doc);
	int count = 0;

	return root && attach(file, arena, root, &count) && count == file->scan.tag_count;
}

int mo_load(struct file *file, struct arena *keep, struct arena *scratch, const char *name,
	    const char *text, size_t size, struct diags *diags)
{
	struct loading loading = {.file = file, .diags = diags};
	const int rc = mo_scan(&file->scan, keep, scratch, name, text, size, diags);

	if (rc)
		return rc;
	parse(&loading);
	if (!loading.starved && !loading.failed && !attach_all(file, scratch))
		loading.starved = true;
	if (!loading.starved && !loading.failed)
		return MOULT_OK;
	mo_unload(file);
	return loading.starved ? mo_diag_memory(diags) : MOULT_TROUBLE;
}

void mo_unload(struct file *file)
{
	if (file->doc)
		xmlFreeDoc(file->doc);
	file->doc = NULL;
}

/* ---- looking at nodes ------------------------------------------------------ */

const char *mo_node_text(struct arena *arena, const xmlNode *node)
{
	sqlite3_str *text = sqlite3_str_new(NULL);

	for (const xmlNode *child = node->children; child; child = child->next)
		if ((child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) &&
		    child->content)
			sqlite3_str_appendall(text, (const char *)child->content);
	return mo_arena_take(arena, text);
}

const xmlAttr *mo_node_attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
		if (!attribute->ns && mo_same((const char *)attribute->name, name))
			return attribute;
	return NULL;
}

const char *mo_node_value(const xmlNode *node, const char *name)
{
	const xmlAttr *attribute = mo_node_attribute(node, name);

	return attribute ? mo_attribute_spot(attribute)->text : NULL;
}

bool mo_node_is_ours(const xmlNode *node)
{
	return node->type == XML_ELEMENT_NODE && node->ns &&
	       mo_same((const char *)node->ns->href, MO_NAMESPACE);
}
