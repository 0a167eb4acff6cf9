/* SPDX-License-Identifier: MIT */
/* json.c: see json.h.  The string rules are those of RFC 8259, section 7. */
#include "base/json.h"

#include <string.h>

#include "base/show.h"
#include "base/text.h"

void mo_json_string(sqlite3_str *out, const char *value)
{
	const unsigned char *at = (const unsigned char *)value;

	sqlite3_str_appendchar(out, 1, '"');
	while (*at) {
		int length;
		const unsigned code = mo_utf8_read((const char *)at, &length);

		if (*at == '"' || *at == '\\')
			sqlite3_str_appendf(out, "\\%c", *at);
		else if (*at == '\n')
			sqlite3_str_appendall(out, "\\n");
		else if (*at == '\t')
			sqlite3_str_appendall(out, "\\t");
		else if (mo_is_steering(code) || !mo_utf8_length((const char *)at))
			sqlite3_str_appendf(out, "\\u%04x", code);
		else
			sqlite3_str_append(out, (const char *)at, length);
		at += length;
	}
	sqlite3_str_appendchar(out, 1, '"');
}

static void member(struct json *json, const char *name)
{
	if (json->filled)
		sqlite3_str_appendchar(json->out, 1, ',');
	if (json->depth) {
		sqlite3_str_appendchar(json->out, 1, '\n');
		sqlite3_str_appendchar(json->out, json->depth * 2, ' ');
	}
	json->filled = true;
	if (name) {
		mo_json_string(json->out, name);
		sqlite3_str_appendall(json->out, ": ");
	}
}

void mo_json_open(struct json *json, const char *name, char bracket)
{
	member(json, name);
	sqlite3_str_appendchar(json->out, 1, bracket);
	json->depth++;
	json->filled = false;
}

void mo_json_close(struct json *json, char bracket)
{
	json->depth--;
	if (json->filled) {
		sqlite3_str_appendchar(json->out, 1, '\n');
		sqlite3_str_appendchar(json->out, json->depth * 2, ' ');
	}
	sqlite3_str_appendchar(json->out, 1, bracket);
	json->filled = true;
	if (!json->depth)
		sqlite3_str_appendchar(json->out, 1, '\n');
}

void mo_json_text(struct json *json, const char *name, const char *value)
{
	member(json, name);
	if (value)
		mo_json_string(json->out, value);
	else
		sqlite3_str_appendall(json->out, "null");
}

void mo_json_raw(struct json *json, const char *name, const char *value)
{
	member(json, name);
	sqlite3_str_appendall(json->out, value);
}

void mo_json_integer(struct json *json, const char *name, long long value)
{
	member(json, name);
	sqlite3_str_appendf(json->out, "%lld", value);
}

bool mo_json_is(const char *read, const char *written)
{
	static const char replacement[] = "\xef\xbf\xbd";

	if (!read || !written)
		return read == written;
	while (*written) {
		const int length = mo_utf8_length(written);
		const char *piece = length ? written : replacement;
		const size_t size = length ? (size_t)length : sizeof(replacement) - 1;

		if (strncmp(read, piece, size) != 0)
			return false;
		read += size;
		written += length ? length : 1;
	}
	return !*read;
}

void mo_json_bool(struct json *json, const char *name, bool value)
{
	member(json, name);
	sqlite3_str_appendall(json->out, value ? "true" : "false");
}
