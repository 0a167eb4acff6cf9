/* SPDX-License-Identifier: MIT */
/* items.c: see items.h. */
#include "digest/items.h"

#include <stdlib.h>
#include <string.h>

/* Where a call of the function stands: at the item of that number. */
struct cursor {
	const char *end;
	const char *at;
	sqlite3_int64 number;
	char text[];
};

/* A copy, since SQLite may have the text in UTF-16, and would translate it at every call. */
static struct cursor *new_cursor(sqlite3_value *value)
{
	const char *text = (const char *)sqlite3_value_text(value);
	const size_t length = (size_t)sqlite3_value_bytes(value);
	struct cursor *cursor = text ? sqlite3_malloc64(sizeof(*cursor) + length + 1) : NULL;

	if (!cursor)
		return NULL;
	memcpy(cursor->text, text, length);
	cursor->text[length] = '\0';
	cursor->end = cursor->text + length;
	cursor->at = cursor->text;
	cursor->number = 0;
	return cursor;
}

/* SQLite lets a cursor go where it can not keep it. */
static struct cursor *cursor_of(sqlite3_context *context, sqlite3_value *value)
{
	struct cursor *cursor = sqlite3_get_auxdata(context, 0);

	if (cursor)
		return cursor;
	cursor = new_cursor(value);
	if (cursor)
		sqlite3_set_auxdata(context, 0, cursor, sqlite3_free);
	return sqlite3_get_auxdata(context, 0);
}

/* The text of the item at *at, which is then behind it; NULL: it is NULL, or there is none. */
static const char *take(const char **at, const char *end, int *length)
{
	const char *text = *at;
	char *colon;
	long count;

	if (text >= end || *text == '-') {
		*at += text < end;
		return NULL;
	}
	count = strtol(text, &colon, 10);
	if (*colon != ':' || count < 0 || count > end - colon - 1) {
		*at = end;
		return NULL;
	}
	*length = (int)count;
	*at = colon + 1 + count;
	return colon + 1;
}

void mo_item_function(sqlite3_context *context, int count, sqlite3_value **values)
{
	const sqlite3_int64 number = sqlite3_value_int64(values[1]);
	struct cursor *cursor = cursor_of(context, values[0]);
	const char *text = NULL;
	int length = 0;

	(void)count;
	if (!cursor) {
		sqlite3_result_error_nomem(context);
		return;
	}
	if (number < cursor->number) {
		cursor->at = cursor->text;
		cursor->number = 0;
	}
	for (; cursor->number <= number; cursor->number++)
		text = take(&cursor->at, cursor->end, &length);
	if (text)
		sqlite3_result_text(context, text, length, SQLITE_TRANSIENT);
}
