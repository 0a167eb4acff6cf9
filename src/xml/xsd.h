/* SPDX-License-Identifier: MIT */
/*
 * xsd.h: the XML Schema as a second judge.
 *
 * validate.c knows the language by its own table and speaks better; what it lets
 * through must be valid by the schema too.  Where all is in the language's own
 * namespace it is, by tests/unit/test_language.c, and nobody pays for asking.
 * Elsewhere (xsi:type, space in what must be empty) the schema is asked, and if
 * the two disagree, the document is refused.
 */
#ifndef MOULT_XML_XSD_H
#define MOULT_XML_XSD_H

#include <stddef.h>

/* schemas/moult.xsd, by src/embed.sh */
extern const char mo_xsd[];

struct diags;
struct file;

/* Parsed at the first use.  Start from zero. */
struct xsd {
	void *schema;
};

/* DOC007 at each element that is not valid. */
int mo_xsd_validate(struct xsd *xsd, const struct file *file, struct diags *diags);
void mo_xsd_done(struct xsd *xsd);

#endif
