/* SPDX-License-Identifier: MIT */
/* order.h: which of two values comes first in an index. */
#ifndef MOULT_DIGEST_ORDER_H
#define MOULT_DIGEST_ORDER_H

#include <stdbool.h>

#include "digest/affinity.h"

/*
 * BINARY compares the bytes that are stored; NOCASE and RTRIM those of UTF-8, whatever the encoding:
 * openDatabase() of SQLite's main.c.
 */
enum collation {
	COLLATION_BINARY,
	COLLATION_NOCASE,
	COLLATION_RTRIM,
	COLLATION_COUNT, /* one that nobody here knows */
	COLLATION_UTF16LE,
	COLLATION_UTF16BE
};

/* What BINARY is in a database of that encoding; false where it is unknown. */
bool mo_binary_of(enum collation *binary, const char *encoding);
/* Of a name; binary is what that gave. */
enum collation mo_find_collation(const char *name, enum collation binary);

/* Less than 0, 0 or more, as SQLite sorts two values; texts are in UTF-8. */
int mo_compare_values(const struct value *a, const struct value *b, enum collation collation);

#endif
