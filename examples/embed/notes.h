/* SPDX-License-Identifier: MIT */
/*
 * notes.h: what the two programs of this example share: the document, which the Makefile
 * makes a text of, and the collation and the function that the schema speaks of.
 */
#ifndef NOTES_H
#define NOTES_H

#include <ctype.h>
#include <stdlib.h>
#include <sqlite3.h>

static const char document[] =
#include "notes-xml.h"
	;

/* "note 9" comes before "note 10": runs of digits count as numbers. */
static int compare_naturally(void *context, int n, const void *have, int m, const void *want)
{
	const unsigned char *a = (const unsigned char *)have, *b = (const unsigned char *)want;
	int i = 0, j = 0;

	(void)context;
	while (i < n && j < m) {
		unsigned long x = a[i], y = b[j];

		if (isdigit(a[i]) && isdigit(b[j])) {
			for (x = 0; i < n && isdigit(a[i]); i++)
				x = x * 10 + (unsigned long)(a[i] - '0');
			for (y = 0; j < m && isdigit(b[j]); j++)
				y = y * 10 + (unsigned long)(b[j] - '0');
		} else {
			i++;
			j++;
		}
		if (x != y)
			return x < y ? -1 : 1;
	}
	return (i < n) - (j < m);
}

/* slug('Hello, World') is 'hello-world', slug(NULL) is NULL. */
static void slug(sqlite3_context *call, int count, sqlite3_value **values)
{
	const unsigned char *text = sqlite3_value_text(values[0]);
	sqlite3_str *out = sqlite3_str_new(NULL);
	int i, size = sqlite3_value_bytes(values[0]), is_gap = 0;

	(void)count;
	for (i = 0; text && i < size; i++) {
		if (!isalnum(text[i])) {
			is_gap = sqlite3_str_length(out) > 0;
			continue;
		}
		if (is_gap)
			sqlite3_str_appendchar(out, 1, '-');
		is_gap = 0;
		sqlite3_str_appendchar(out, 1, (char)tolower(text[i]));
	}
	if (sqlite3_str_errcode(out))
		sqlite3_result_error_nomem(call);
	else if (text)
		sqlite3_result_text(call, sqlite3_str_length(out) ? sqlite3_str_value(out) : "", -1,
				    SQLITE_TRANSIENT);
	sqlite3_free(sqlite3_str_finish(out));
}

/*
 * What every connection needs that meets this schema: the application's own, and by
 * moult_set_open() those that the library opens, for backups and to try a schema.
 */
static int prepare(void *context, sqlite3 *db)
{
	int rc = sqlite3_create_collation(db, "natural", SQLITE_UTF8, NULL, compare_naturally);

	(void)context;
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function(db, "slug", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
					     NULL, slug, NULL, NULL);
	return rc;
}

#endif
