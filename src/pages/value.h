/* SPDX-License-Identifier: MIT */
/* value.h: a value out of SQLite's hands. */
#ifndef MOULT_PAGES_VALUE_H
#define MOULT_PAGES_VALUE_H

#include <stddef.h>
#include <sqlite3.h>

/* 2^63: a real from -2^63 up to, not with, it may be an integer. */
#define MO_BEYOND_INTEGERS 9223372036854775808.0

struct value {
	int type; /* SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB or SQLITE_NULL */
	union {
		sqlite3_int64 integer;
		double real;
		/* of a text (UTF-8, NULs too) or a blob; somebody else owns them */
		const void *bytes;
	};
	size_t size; /* of the bytes; of other types it says nothing */
};

#endif
