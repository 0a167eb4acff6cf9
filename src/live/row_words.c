/* SPDX-License-Identifier: MIT */
/* row_words.c: see row_words.h. */
#include "live/row_words.h"

#define LONGEST 80 /* characters of a value */

static void append_value(sqlite3_str *out, sqlite3_value *value)
{
	switch (sqlite3_value_type(value)) {
	case SQLITE_NULL:
		sqlite3_str_appendall(out, "NULL");
		break;
	case SQLITE_TEXT:
		sqlite3_str_appendf(out, "'%!.*q'", LONGEST,
				    (const char *)sqlite3_value_text(value));
		break;
	case SQLITE_BLOB:
		sqlite3_str_appendf(out, "a BLOB of %d byte%s", sqlite3_value_bytes(value),
				    sqlite3_value_bytes(value) == 1 ? "" : "s");
		break;
	default:
		sqlite3_str_appendf(out, "%s", (const char *)sqlite3_value_text(value));
	}
}

void mo_row_words(sqlite3_str *out, sqlite3_stmt *stmt, int first)
{
	const int count = sqlite3_column_count(stmt);

	for (int i = first; i < count; i++) {
		sqlite3_str_appendf(out, "%s%!.*s ", i > first ? ", " : "", LONGEST,
				    sqlite3_column_name(stmt, i));
		append_value(out, sqlite3_column_value(stmt, i));
	}
}
