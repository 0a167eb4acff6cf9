/* SPDX-License-Identifier: MIT */
/*
 * shards.h: a database of many objects, made a few at a time.
 *
 * With each CREATE SQLite goes through all rows of sqlite_master, and through
 * all tables that it knows: so the time of many of them, one after the other,
 * grows with the square of their number.  What a CREATE leaves is a few rows
 * of sqlite_master and the pages that they name, and the rows can wait outside
 * the database:
 *
 *	CREATE TABLE t1 ... t16		rows 1 to 32 of sqlite_master, pages 2 to 33
 *	the rows are taken out		the pages stay; SQLite knows of no table
 *	CREATE TABLE t17 ... t32	pages 34 to 65
 *	all rows are put back		SQLite reads the schema once
 *
 * So SQLite judges every text by itself, but not whether two objects of
 * different shards have one name: that is for the caller to know.
 * sqlite_sequence stays, or there would be one in each shard.
 */
#ifndef MOULT_LIVE_SHARDS_H
#define MOULT_LIVE_SHARDS_H

#include <sqlite3.h>

#include "model/schema.h"

#define MO_SHARD 32 /* objects: with more the CREATEs take longer, with fewer the rows */

struct shards {
	struct arena *arena;
	sqlite3 *db;
	struct list rows; /* that wait: of struct row */
};

/* Whether a schema has so many objects, and each of them a name of its own. */
bool mo_shards_do(const struct schema *schema);

/* Takes what was made since the last cut out of the schema.  SQLite's code, as below. */
int mo_shards_cut(struct shards *shards);

/*
 * A table, or an index of it, that has no CREATE: its text as it is stored, and the page of its
 * tree.
 */
void mo_shards_put(struct shards *shards, const struct object *object, const struct table *table,
		   const char *sql, int root);

/* Puts all of it back, each kind in the order of the schema that it is made of. */
int mo_shards_join(struct shards *shards, const struct schema *schema);

#endif
