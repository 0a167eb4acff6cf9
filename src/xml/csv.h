/* SPDX-License-Identifier: MIT */
/*
 * csv.h: comma-separated values (RFC 4180) as declared rows.
 *
 *	code,name,flag		the header: names of columns
 *	CH,Switzerland,		nothing is NULL
 *	LI,"Liechtenstein",""	nothing in quotes is the empty text
 *
 * A field in quotes may hold commas, line breaks and, doubled, quotes.  Lines end in LF or CRLF;
 * the last may have no end; empty lines are passed over.  UTF-8, with or without the mark.
 */
#ifndef MOULT_XML_CSV_H
#define MOULT_XML_CSV_H

#include "base/diag.h"
#include "model/rows.h"

/*
 * Adds a row for each line; name is the file's, for places.  What is wrong is DOC023 at its line
 * and column.
 */
void mo_csv_read(struct rows *rows, struct arena *arena, const char *name, const char *text,
		 size_t size, struct diags *diags);

#endif
