/* SPDX-License-Identifier: MIT */
/* document.c: former names and using, written into a document as a developer would write them. */
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "trial.h"

static bool is_called(xmlNode *node, const char *name)
{
	xmlChar *own = xmlGetNoNsProp(node, (const xmlChar *)"name");
	bool same = own && !sqlite3_stricmp((const char *)own, name);

	xmlFree(own);
	return same;
}

static bool is_element(xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

static xmlNode *find(xmlNode *parent, const char *element, const char *name)
{
	xmlNode *node;

	for (node = parent ? parent->children : NULL; node; node = node->next)
		if (is_element(node, element) && is_called(node, name))
			return node;
	return NULL;
}

/* A list of names is SQL: each is quoted. */
static void set_former(struct trial *trial, xmlNode *node, const char *name)
{
	if (node)
		xmlSetProp(node, (const xmlChar *)"was",
			   (const xmlChar *)dice_format(trial->dice, "\"%w\"", name));
}

char *document_with_more(struct trial *trial, const char *document)
{
	xmlDoc *doc =
		xmlReadMemory(document, (int)strlen(document), "want.xml", NULL, XML_PARSE_NONET);
	xmlNode *root = xmlDocGetRootElement(doc), *node;
	xmlChar *text = NULL;
	char *copy;
	int i, size;

	for (i = 0; i < trial->former_count; i++) {
		const struct former *former = &trial->formers[i];

		node = find(root, "table", former->table ? former->table : former->want);
		if (former->table)
			node = find(node, "column", former->want);
		else if (!node)
			node = find(root, "virtual-table", former->want);
		set_former(trial, node, former->have);
	}
	for (i = 0; !trial->is_back && i < trial->filling_count; i++) {
		struct filling *filling = &trial->fillings[i];

		node = find(find(root, "table", filling->table), "column", filling->column);
		filling->is_said = node != NULL;
		if (node)
			xmlSetProp(node, (const xmlChar *)"using", (const xmlChar *)filling->expr);
	}
	xmlDocDumpMemoryEnc(doc, &text, &size, "UTF-8");
	copy = dice_format(trial->dice, "%s", (char *)text);
	xmlFree(text);
	xmlFreeDoc(doc);
	return copy;
}
