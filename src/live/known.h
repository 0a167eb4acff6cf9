/* SPDX-License-Identifier: MIT */
/*
 * known.h: tables about which SQLite need not be asked again.
 *
 * Most tables of a file, and of the document that it is brought to, are the
 * same.  SQLite has read them out of the file already, so a database in memory
 * gets their rows of sqlite_master and empty trees, and no CREATE:
 *
 *	known		known whole			not
 *	t1, i1 on t1	t1, i1				t2: i2 is new
 *	t2		a row and a page of each	t3: UNIQUE, a page more
 *	t3					t4: lower(), who knows it here?
 *	t4
 *
 * That the text of such an object means what its model says is seen by reading
 * the database back, as for all others.
 */
#ifndef MOULT_LIVE_KNOWN_H
#define MOULT_LIVE_KNOWN_H

#include "model/schema.h"

/* Flags by place among the sorted of a schema (mo_schema_place); NULL: all of them. */
struct known {
	const bool *tables;
	const bool *indexes;
};

/*
 * Whether a table is known with all that stands on it, of which each thing has one tree, and
 * nothing calls a function.
 */
bool mo_known_whole(const struct known *known, const struct schema *schema,
		    const struct table *table);

#endif
