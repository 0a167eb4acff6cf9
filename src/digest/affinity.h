/* SPDX-License-Identifier: MIT */
/*
 * affinity.h: what a value becomes when it is stored in a column.
 *
 * The one function through which expected values pass: of the digests that
 * prove a copy, and of the probes for values that a new type would change.
 */
#ifndef MOULT_DIGEST_AFFINITY_H
#define MOULT_DIGEST_AFFINITY_H

#include <stdbool.h>

#include "digest/decimal.h"
#include "pages/value.h"

/*
 * The value that a column of affinity 'T', 'N', 'I', 'R' or 'B' (struct
 * column.affinity) gives back after from was stored in it.  The bytes live as
 * long as from does and nothing else is asked of it.  from must be a protected
 * value: an argument of a function.  MOULT_TROUBLE without memory.
 */
int mo_affinity_apply(struct value *value, sqlite3_value *from, char affinity);

/*
 * The same of a value that is there already, where that can be said without SQLite: of a text
 * that looks like a real only where it is short and plain.  Else false, and the value is as it was.
 * The text of a number is written into text.
 */
bool mo_affinity_change(struct value *value, char affinity, char text[MO_NUMBER_TEXT]);

#endif
