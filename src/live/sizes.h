/* SPDX-License-Identifier: MIT */
/*
 * sizes.h: how large the tables and indexes of a file are.
 *
 *	by sample	some rows from all over a table, found through its b-tree: how long
 *			they are, and how far apart their rowids.  What it costs does not
 *			depend on how many rows there are
 *	exactly		dbstat, which reads every page of what it is asked about; where it
 *			is not compiled in, the first answer is the whole file
 *
 * A sample is good where rows are alike, and within a fifth mostly; with a few
 * giants among dwarfs it can be anything up to the size of the file.
 */
#ifndef MOULT_LIVE_SIZES_H
#define MOULT_LIVE_SIZES_H

#include "base/handle.h"
#include "model/schema.h"

/* What a table is called in the file; NULL: it is not there. */
struct size_name {
	const char *name;
	const char *file;
};

struct sizes {
	struct arena *arena;
	sqlite3 *db;
	const struct schema *schema; /* of db */
	long long page_size;
	long long used; /* pages, without the freelist */
	long long free; /* pages of the freelist */
	bool exact;
	int rc;		      /* the first failure of the machine, of which the sizes say nothing */
	sqlite3_stmt *dbstat; /* NULL: there is none */
	bool has_counted;     /* without dbstat: the whole file was counted already */
	/*
	 * of struct size_name: tables that are asked for by another name, since earlier changes of
	 * the same transaction renamed or made them
	 */
	struct list names;
	void **samples; /* as many as the schema has tables, in their order; NULL: not taken yet */
};

void mo_sizes_begin(struct sizes *sizes, struct arena *arena, sqlite3 *db,
		    const struct schema *schema, bool exact);
void mo_sizes_end(struct sizes *sizes);
/* An integer that the file is asked for; a failure sticks in rc. */
long long mo_sizes_ask(struct sizes *sizes, const char *sql, long long fallback);

/* In pages; 0 for what is not there.  An automatic index counts with its table's keys. */
long long mo_sizes_table(struct sizes *sizes, const char *table);
long long mo_sizes_keys(struct sizes *sizes, const char *table);
long long mo_sizes_index(struct sizes *sizes, const char *index);
/* Of an index on a table that is not made yet. */
long long mo_sizes_terms(struct sizes *sizes, const char *table, const struct list *terms);

/* What a table is called in the file, by sizes->names; NULL where it is not there. */
const char *mo_sizes_name(const struct sizes *sizes, const char *table);
/* Somebody counted the rows of a table. */
void mo_sizes_know(struct sizes *sizes, const char *table, long long rows);
/* About how many it has. */
long long mo_sizes_rows(struct sizes *sizes, const char *table);
/*
 * Whether values, expressions over a table with commas between, never fall from one row to the next
 * in the order of the rowids, as far as a sample tells.  Not where there are no rowids.
 */
bool mo_sizes_rise(struct sizes *sizes, const char *table, const struct list *values);

#endif
