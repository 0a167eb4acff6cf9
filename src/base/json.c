/* SPDX-License-Identifier: MIT */
/* json.c: see json.h.  The string rules are those of RFC 8259, section 7. */
#include "base/json.h"

/* The length of the UTF-8 character at text, or 0 where the bytes are none (RFC 3629, section 4). */
static int utf8_length(const unsigned char *text)
{
	int length = text[0] < 0x80 ? 1 : text[0] < 0xC2 ? 0 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : text[0] < 0xF5 ? 4 : 0;

	for (int i = 1; i < length; i++)
		if ((text[i] & 0xC0) != 0x80)
			return 0;
	if ((text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xED && text[1] > 0x9F) ||
	    (text[0] == 0xF0 && text[1] < 0x90) || (text[0] == 0xF4 && text[1] > 0x8F))
		return 0;
	return length;
}

static void write_string(sqlite3_str *out, const char *value)
{
	const unsigned char *at = (const unsigned char *)value;

	sqlite3_str_appendchar(out, 1, '"');
	while (*at) {
		int length = utf8_length(at);

		if (*at == '"' || *at == '\\')
			sqlite3_str_appendf(out, "\\%c", *at);
		else if (*at == '\n')
			sqlite3_str_appendall(out, "\\n");
		else if (*at == '\t')
			sqlite3_str_appendall(out, "\\t");
		else if (*at < 0x20 || *at == 0x7F)
			sqlite3_str_appendf(out, "\\u%04x", *at);
		else if (!length)
			sqlite3_str_appendall(out, "\\ufffd");
		else
			sqlite3_str_append(out, (const char *)at, length);
		at += length ? length : 1;
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
		write_string(json->out, name);
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
		write_string(json->out, value);
	else
		sqlite3_str_appendall(json->out, "null");
}

void mo_json_integer(struct json *json, const char *name, long long value)
{
	member(json, name);
	sqlite3_str_appendf(json->out, "%lld", value);
}

void mo_json_bool(struct json *json, const char *name, bool value)
{
	member(json, name);
	sqlite3_str_appendall(json->out, value ? "true" : "false");
}
