/* SPDX-License-Identifier: MIT */
/*
 * on_pages.h: the functions of digest.h and loss.h, and two of SQLite, for queries that run on the pages (pages/program.h).
 *
 * A digest is the same to the bit, whoever goes through the rows; so where the pages are not to be
 * read, or are read as something else than was to be found, SQLite is asked.
 */
#ifndef MOULT_DIGEST_ON_PAGES_H
#define MOULT_DIGEST_ON_PAGES_H

#include "base/arena.h"
#include "digest/distinct.h"
#include "pages/program.h"

/* In a database with fewer pages SQLite is as fast, and need not write what it has in its cache. */
#ifndef MO_PAGES_WORTH
#define MO_PAGES_WORTH 100
#endif

/* Of queries whose context is a struct digest_pages. */
extern const struct page_function mo_digest_functions[];

/* The functions of two arguments that SQLite is asked for. */
enum digest_call { CALL_AFFINITY, CALL_LOSES, CALLS };

struct digest_pages {
	sqlite3 *db;
	sqlite3_stmt *calls[CALLS]; /* or NULL: to be finalized */
	struct distinct distinct;   /* of the one _moult_distinct() that a query may have */
};
void mo_digest_pages_done(struct digest_pages *digest);

/*
 * A query of one row, digests and numbers; or one for what it came to, where the pages could be read.
 * In the arena, or sql itself.  Inside a transaction.  *rows, unless it is NULL, are those of the table
 * that was read, whatever the query made of them; -1 where they are not known.  Returns SQLite's code.
 */
int mo_digest_find(const char **found, struct arena *arena, sqlite3 *db, const char *sql,
		   sqlite3_int64 *rows);
/*
 * The same, compiled.  What was found on the pages does not count if the first digest had to be wanted
 * (or NULL), and is another.  The table that is read is checked as program.h says, unless check is NULL.
 */
int mo_digest_prepare(sqlite3_stmt **stmt, struct arena *arena, sqlite3 *db, const char *sql,
		      const char *wanted, struct page_check *check);
/* The one digest of such a query, in the arena. */
char *mo_digest_query(struct arena *arena, sqlite3 *db, const char *sql, int *rc);

#endif
