/* SPDX-License-Identifier: MIT */
/*
 * orphans.h: which rows are orphans.
 *
 * foreign_key_check gives the rowid of an orphan, and of one in a WITHOUT ROWID table nothing: those
 * are asked for by
 *
 *	SELECT c.<primary key> FROM child AS c WHERE c.a IS NOT NULL ...
 *	AND NOT EXISTS (SELECT 1 FROM parent AS p WHERE p.k = +c.a ...)
 *
 * and told by a hash of their keys.  As in SQLite's check the value of a child gets the affinity of
 * the parent's column; where the two do not count the same, nothing tells the orphans.  The same
 * query puts one into words.
 */
#ifndef MOULT_PROOF_ORPHANS_H
#define MOULT_PROOF_ORPHANS_H

#include "model/schema.h"

/*
 * The orphans of a table by its foreign key of that number (in foreign_key_list), if they are
 * count: a number for each, ascending.  NULL where nothing tells them.
 */
sqlite3_int64 *mo_orphans_of(struct arena *arena, sqlite3 *db, const struct schema *schema,
			     const struct table *table, int id, long long count);

/*
 * The first orphan that is none of known (count numbers as of mo_orphans_of(), or rowids; NULL: no
 * row is known), with its key and its values for the foreign key: "id 3, person_id 2".  NULL where it
 * cannot be asked for, or memory ran out.
 */
char *mo_orphan_words(struct arena *arena, sqlite3 *db, const struct schema *schema,
		      const struct table *table, int id, const sqlite3_int64 *known,
		      long long count);

#endif
