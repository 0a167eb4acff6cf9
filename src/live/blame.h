/* SPDX-License-Identifier: MIT */
/* blame.h: which part of a refused table it is that SQLite does not accept; see blame.c. */
#ifndef MOULT_LIVE_BLAME_H
#define MOULT_LIVE_BLAME_H

#include "base/handle.h"
#include "model/schema.h"

/*
 * One DOC015 for each column and constraint that SQLite refuses by itself;
 * returns how many.  What the table was refused for may lie between its parts:
 * then there is none.  db may be left without the transaction that it was in.
 */
int mo_blame(struct moult *m, sqlite3 *db, const struct schema *schema, const struct table *table);

#endif
