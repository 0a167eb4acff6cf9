/* SPDX-License-Identifier: MIT */
/*
 * advice.h: what to write where SQLite says that it does not know a name, or does not take a type.
 *
 *	no such column: nam		did you mean name?
 *	no such column: title		write name, as the column is called now	(was="title")
 *	no such table: main.boks	did you mean books?
 *	no such function: now		SQLite has datetime('now') for it
 */
#ifndef MOULT_LIVE_ADVICE_H
#define MOULT_LIVE_ADVICE_H

#include "model/schema.h"

/*
 * The hint for a message of SQLite's about an object of the schema; NULL where there is none.  The
 * object may be NULL, or of no list of the schema.
 */
const char *mo_advice(struct arena *arena, const struct schema *schema, const struct object *object,
		      const char *message);

/* The table or view of the schema that is meant by a name: renamed since, or near; else NULL. */
const char *mo_advice_relation(struct arena *arena, const struct schema *schema, const char *name);
/* The same of a column of a table. */
const char *mo_advice_column(struct arena *arena, const struct table *table, const char *name);
/* That as a hint: what to write in place of a name that the table has not. */
const char *mo_advice_in_place(struct arena *arena, const struct table *table, const char *name);
/* The name of the object that is near; NULL where none is. */
const char *mo_advice_nearest(struct arena *arena, const struct list *objects, const char *name);

#endif
