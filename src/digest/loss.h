/* SPDX-License-Identifier: MIT */
/*
 * loss.h: whether a value survives a new type.
 *
 *	_moult_loses(value, 'T')	0, or 1 where storing the value in a column of that affinity
 *					makes another value of it, or 2 where an integer loses digits
 */
#ifndef MOULT_DIGEST_LOSS_H
#define MOULT_DIGEST_LOSS_H

#include <stdbool.h>

#include "pages/value.h"

/*
 * Makes the function, with a statement that reads numbers for it.  Both are given back to
 * mo_loss_unregister(), which takes them away, also where SQLite refused one.  SQLite's code.
 */
int mo_loss_register(sqlite3_stmt **reader, sqlite3 *db);
void mo_loss_unregister(sqlite3_stmt *reader, sqlite3 *db);

/* Whether nothing is lost, which can be seen without converting the value. */
bool mo_loss_is_none(const struct value *value, char affinity);

#endif
