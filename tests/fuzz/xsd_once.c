/* SPDX-License-Identifier: MIT */
/*
 * xsd_once.c: the library's own src/xml/xsd.c, with the XML Schema compiled
 * once for all inputs: it is the same each time, and takes longer than all
 * else.  The linker takes this and leaves the one in the archive.
 */
#include <libxml/xmlschemas.h>

static xmlSchema *parse_once(xmlSchemaParserCtxt *parser)
{
	static xmlSchema *schema;

	if (!schema)
		schema = xmlSchemaParse(parser);
	return schema;
}

static void keep(xmlSchema *schema)
{
	(void)schema;
}

#define xmlSchemaParse parse_once
#define xmlSchemaFree keep

#include "xml/xsd.c"
