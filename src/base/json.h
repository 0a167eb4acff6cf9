/* SPDX-License-Identifier: MIT */
/*
 * json.h: writes JSON, two spaces a level, commas where they belong.
 *
 * A member's name is NULL inside an array and at the top.  Bytes that are not
 * UTF-8 are written as U+FFFD, so that every reader accepts the text; what a
 * terminal would obey (base/show.h) is escaped.
 */
#ifndef MOULT_BASE_JSON_H
#define MOULT_BASE_JSON_H

#include <stdbool.h>
#include <sqlite3.h>

struct json {
	sqlite3_str *out;
	int depth;
	bool filled; /* the open object or array has a member already */
};

void mo_json_string(sqlite3_str *out, const char *value);		   /* in quotes; not NULL */
void mo_json_open(struct json *json, const char *name, char bracket);	   /* '{' or '[' */
void mo_json_close(struct json *json, char bracket);			   /* '}' or ']' */
void mo_json_text(struct json *json, const char *name, const char *value); /* NULL is null */
void mo_json_raw(struct json *json, const char *name, const char *value);  /* is JSON already */
void mo_json_integer(struct json *json, const char *name, long long value);
/* Whether a text that was read is what became of another when it was written; both may be NULL. */
bool mo_json_is(const char *read, const char *written);
void mo_json_bool(struct json *json, const char *name, bool value);

#endif
