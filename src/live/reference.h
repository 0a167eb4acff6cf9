/* SPDX-License-Identifier: MIT */
/*
 * reference.h: databases in memory, in which SQLite itself judges a schema.
 *
 * A reference has stand-ins for collations and functions that only the
 * application knows; the live connection never gets them.
 */
#ifndef MOULT_LIVE_REFERENCE_H
#define MOULT_LIVE_REFERENCE_H

#include "base/handle.h"
#include "live/known.h"
#include "live/stand_in.h"
#include "model/schema.h"

/*
 * Makes every object of a schema, as it stands in its source or, where it has none, as the writer
 * writes it.
 */
int mo_reference_build(sqlite3 **db, struct moult *m, const struct schema *schema);

/* The same, where SQLite has read some of the objects, or the like of them, out of a database. */
int mo_reference_build_known(sqlite3 **db, struct moult *m, const struct schema *schema,
			     const struct known *known);

/* sqlite_stat4, which a library without that option would not make. */
int mo_reference_stat4(sqlite3 *db);

struct script_text {
	const char *name;
	const char *text;
};

/*
 * The schema that scripts (of struct script_text) make, played one after the other; and the
 * database that has it, with the rows that they leave, which is the caller's; db is NULL where
 * it is not wanted.
 */
int mo_reference_scripts(struct schema **schema, sqlite3 **db, struct moult *m,
			 const struct list *scripts);
/* The same of one, of which is said what it has beside its schema. */
int mo_reference_script(struct schema **schema, sqlite3 **db, struct moult *m, const char *name,
			const char *script);

#endif
