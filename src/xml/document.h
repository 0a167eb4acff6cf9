/* SPDX-License-Identifier: MIT */
/*
 * document.h: the XML document, read and written.
 */
#ifndef MOULT_XML_DOCUMENT_H
#define MOULT_XML_DOCUMENT_H

#include "base/diag.h"
#include "model/schema.h"

/* Where a document comes from.  The text need not outlive the call. */
struct document_source {
	const char *name; /* for messages; the path, where the text was read from a file */
	const char *text;
	size_t size;
	const char *directory; /* root for <include>; NULL: includes are refused */
};

/*
 * Reads, validates and models a document; every mistake is a diagnostic with
 * its exact place, as many as can be found in one run.  The schema is sealed;
 * the caller frees it.
 */
int mo_document_read(struct schema **schema, const struct document_source *source,
		     struct diags *diags);

/* Writes a schema as a document.  DOC019 names what XML 1.0 cannot hold. */
int mo_document_write(sqlite3_str *out, const struct schema *schema, struct diags *diags);

#endif
