/* SPDX-License-Identifier: MIT */
/*
 * keys.h: indexes held against their table, in sequence.
 *
 * integrity_check looks up each row in each index, in the order of the rows;
 * so it jumps about in the indexes, and takes longer than building them.  What
 * it finds out can be had in two scans: an index is right if
 *
 *	its entries are those that the rows call for	digest of the entries = digest of keys and rowids of the rows
 *	each is behind the one before it		a walk through the index compares neighbours
 *	no key of a unique index comes twice		so does the same walk
 *
 *	table   | rowid | a | b | ...        index on (b)   | b | rowid |
 *	          one scan for all indexes                    one walk each
 *
 * The rest of integrity_check (pages, records, NOT NULL, CHECK) is quick_check's.
 *
 * A partial index has the entries of the rows for which its condition holds; an expression is
 * computed for each row.  A table WITHOUT ROWID is the index of its key, and is walked through too.
 *
 * Only what can be proven so is: indexes with the collations of SQLite's own, through which SQLite
 * walks from end to end without a look elsewhere.  It does not where the condition of a partial
 * index is about its first column, which makes the walk a search.  What stands in the place of the
 * rowid in a key, and behind a UNIQUE of a table WITHOUT ROWID, only the pages say
 * (pages/program.h).  And an index that is not found right is not thereby wrong: an application may
 * have another NOCASE.  Then integrity_check is asked.
 */
#ifndef MOULT_DIGEST_KEYS_H
#define MOULT_DIGEST_KEYS_H

#include <stdbool.h>

#include "base/arena.h"
#include "digest/order.h"
#include "model/schema.h"
#include "pages/pages.h"

#define MO_MOST_KEYS 60 /* columns of an index, the rowid too; fewer than arguments of a function */

/* The indexes of a table, the ones of its constraints too. */
struct table_keys {
	const struct table *table;
	struct list indexes; /* of struct index_keys */
	bool is_provable;    /* each of them */
	const char *itself;  /* the index that a table WITHOUT ROWID is; else NULL */
	enum collation binary;
};

/* Reads them from main, but those whose names are left out (or NULL).  Returns SQLite's code. */
int mo_keys_read(struct table_keys *keys, struct arena *arena, sqlite3 *db,
		 const struct table *table, const struct list *left_out);

/*
 * Adds an expression for each index to the columns of a SELECT, which must have one already; and
 * FROM the table, of which the rows are to be read and no index.
 */
void mo_keys_write(sqlite3_str *sql, const struct table_keys *keys);
void mo_keys_write_from(sqlite3_str *sql, const struct table_keys *keys);
/* Takes their values from a row of that SELECT, from a column on. */
void mo_keys_take(struct table_keys *keys, struct arena *arena, sqlite3_stmt *stmt, int column);

/*
 * Whether each index is right, as the last mo_keys_take() has it; check->is_sound then says of all of
 * them what pages/program.h says of one.  Where only the pages could tell and cannot be read, the keys
 * are provable no more.  Returns SQLite's code.
 */
int mo_keys_prove(bool *is_right, struct table_keys *keys, struct arena *arena, sqlite3 *db,
		  struct page_check *check);

#endif
