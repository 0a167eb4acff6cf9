/* SPDX-License-Identifier: MIT */
/* xsd.c: see xsd.h. */
#include "xml/xsd.h"

#include <string.h>

#include <libxml/xmlschemas.h>

#include "xml/load.h"

#define ROOM_FOR_SCHEMA ((size_t)512 << 10) /* it takes 300 KiB */

struct judging {
	const struct file *file;
	struct diags *diags;
	const xmlNode *last; /* one message a node is enough */
};

static void ignore_error(void *context, mo_xml_error error)
{
	(void)context;
	(void)error;
}

static void on_error(void *context, mo_xml_error error)
{
	struct judging *judging = context;
	const xmlNode *node = error->node;
	struct moult_place place = mo_scan_place(&judging->file->scan, 0, 1);

	while (node && node->type != XML_ELEMENT_NODE)
		node = node->parent;
	if (node && node == judging->last)
		return;
	judging->last = node;
	if (node)
		place = mo_scan_tag_place(&judging->file->scan, mo_node_tag(node));
	mo_diag(judging->diags, DIAG_DOC007, &place, NULL,
		"<%s> is not as the schema language has it",
		node ? (const char *)node->name : "database");
	mo_diag_hint(judging->diags, "validate the document with moult.xsd");
}

static xmlSchema *parse(void)
{
	xmlSchemaParserCtxt *parser;
	xmlSchema *schema;

	if (!mo_xml_has_room(ROOM_FOR_SCHEMA))
		return NULL;
	parser = xmlSchemaNewMemParserCtxt(mo_xsd, (int)strlen(mo_xsd));
	if (!parser)
		return NULL;
	xmlSchemaSetParserStructuredErrors(parser, ignore_error, NULL);
	schema = xmlSchemaParse(parser);
	xmlSchemaFreeParserCtxt(parser);
	return schema;
}

int mo_xsd_validate(struct xsd *xsd, const struct file *file, struct diags *diags)
{
	struct judging judging = {.file = file, .diags = diags};
	xmlSchemaValidCtxt *judge;
	int rc;

	if (!xsd->schema)
		xsd->schema = parse();
	judge = xsd->schema ? xmlSchemaNewValidCtxt(xsd->schema) : NULL;
	if (!judge)
		return mo_diag_memory(diags);
	xmlSchemaSetValidStructuredErrors(judge, on_error, &judging);
	rc = xmlSchemaValidateDoc(judge, file->doc);
	xmlSchemaFreeValidCtxt(judge);
	if (rc < 0)
		return mo_diag_memory(diags);
	return rc ? MOULT_TROUBLE : MOULT_OK;
}

void mo_xsd_done(struct xsd *xsd)
{
	if (xsd->schema)
		xmlSchemaFree(xsd->schema);
	xsd->schema = NULL;
}
