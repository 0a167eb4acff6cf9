/* SPDX-License-Identifier: MIT */
/*
 * load.h: one file's text as a tree in which every node knows its place.
 *
 *	xmlNode (element) -> _private -> struct tag
 *	xmlAttr           -> _private -> struct spot
 *
 * Nothing of libxml2 is used but its parser, its tree and its XML Schema, with
 * handlers of each context's own: it keeps no error for anybody else.
 */
#ifndef MOULT_XML_LOAD_H
#define MOULT_XML_LOAD_H

#include <libxml/tree.h>

#include "xml/place.h"

#if LIBXML_VERSION >= 21200
typedef const xmlError *mo_xml_error;
#else
typedef xmlError *mo_xml_error;
#endif

struct file {
	struct scan scan;
	xmlDoc *doc;
	const char *path;      /* the canonical one, where the text was read from a file */
	const char *directory; /* where its includes are looked for; NULL: nowhere */
	bool open;	       /* among those that are being read now */
};

/* Fills scan and doc from size bytes; doc is NULL after a mistake. */
int mo_load(struct file *file, struct arena *keep, struct arena *scratch, const char *name,
	    const char *text, size_t size, struct diags *diags);
void mo_unload(struct file *file);

static inline struct tag *mo_node_tag(const xmlNode *node)
{
	return node->_private;
}

static inline struct spot *mo_attribute_spot(const xmlAttr *attribute)
{
	return attribute->_private;
}

/*
 * Whether libxml2 will find that much memory.  Some versions of it crash where
 * an allocation fails, 2.9.14 in compiling a schema above all; so it is not
 * called where there is too little.
 */
bool mo_xml_has_room(size_t size);

/* The text that an element holds itself, not in its children; "" where there is none. */
const char *mo_node_text(struct arena *arena, const xmlNode *node);
/* An attribute without a namespace; NULL where there is none. */
const xmlAttr *mo_node_attribute(const xmlNode *node, const char *name);
/* Its value; NULL where there is none. */
const char *mo_node_value(const xmlNode *node, const char *name);

/* Whether a node is an element of the schema language. */
bool mo_node_is_ours(const xmlNode *node);

#define MO_NAMESPACE "urn:moult:schema:1"

#endif
