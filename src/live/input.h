/* SPDX-License-Identifier: MIT */
/*
 * input.h: what a path holds: a document, a script or a database, told apart
 * by content.
 *
 * Regular files are read through SQLite's VFS, never by open() and close(): a
 * close() of a database that the process has open elsewhere would drop the
 * locks of that connection (https://sqlite.org/howtocorrupt.html#posix_close_bug).
 */
#ifndef MOULT_LIVE_INPUT_H
#define MOULT_LIVE_INPUT_H

#include "base/handle.h"
#include "model/schema.h"

struct content {
	enum moult_source source;
	char *text; /* sqlite3_malloc'ed, with a 0 behind it; NULL for a database */
	size_t size;
};

/* "-" is standard input.  RUN001 where it cannot be read, RUN002 where it is none of the three. */
int mo_content_read(struct content *content, struct moult *m, const char *path);
/* The same for a text in memory, which is copied. */
int mo_content_copy(struct content *content, struct moult *m, const char *text, size_t size,
		    const char *name);
void mo_content_done(struct content *content);

/*
 * Keeps in mind that a file was read, so that no report is written over it
 * (backup/report_path.h).  mo_content_read() does so of what it reads.
 */
int mo_source_note(struct moult *m, const char *path);
/* The same for all that a document includes. */
int mo_source_note_included(struct moult *m, const struct schema *document);

bool mo_source_exists(const char *path);
/* Whether a regular file begins as a SQLite database does. */
bool mo_source_is_database(const char *path);
/*
 * RUN002 where a path that is to be a database is a document: the two were given in the wrong order;
 * or one byte of somebody's, which SQLite would take for nothing.
 */
int mo_source_refuse_document(struct moult *m, const char *path);
/* Removes a database that was never written to, unless somebody else is about to. */
void mo_source_remove_empty(const char *path);

#endif
