/* SPDX-License-Identifier: MIT */
/* show.c: see show.h. */
#include "base/show.h"

#include <string.h>

#include "base/text.h"

#define NO_CHARACTER 0xFFFD
#define SHOWN_WIDTH 8 /* of "<U+202E>" */

unsigned mo_utf8_read(const char *text, int *length)
{
	const unsigned char *at = (const unsigned char *)text;
	const int size = mo_utf8_length(text);
	unsigned code = size == 1 ? at[0] : at[0] & (0x7Fu >> size);

	*length = size ? size : 1;
	for (int i = 1; i < size; i++)
		code = code << 6 | (at[i] & 0x3F);
	return size ? code : NO_CHARACTER;
}

bool mo_is_steering(unsigned code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E ||
	       code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
	       (code >= 0x2066 && code <= 0x2069);
}

int mo_show(sqlite3_str *out, const char *text)
{
	int length;
	const unsigned code = mo_utf8_read(text, &length);

	if (mo_is_steering(code))
		sqlite3_str_appendf(out, "<U+%04X>", code);
	else if (code == NO_CHARACTER)
		sqlite3_str_appendall(out, "\xEF\xBF\xBD");
	else
		sqlite3_str_append(out, text, length);
	return length;
}

static bool is_gap(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

void mo_show_line(sqlite3_str *out, const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes && text[i];) {
		if (is_gap(text[i])) {
			sqlite3_str_appendchar(out, 1, ' ');
			i++;
		} else {
			i += (size_t)mo_show(out, text + i);
		}
	}
}

void mo_show_lines(sqlite3_str *out, const char *text)
{
	while (*text) {
		if (*text == '\n' || *text == '\t')
			sqlite3_str_appendchar(out, 1, *text++);
		else if (*text == '\r' && text[1] == '\n')
			text++;
		else
			text += mo_show(out, text);
	}
}

int mo_shown_width(const char *text, size_t bytes)
{
	int width = 0, length;

	for (size_t i = 0; i < bytes && text[i]; i += (size_t)length) {
		const bool is_shown_by_number =
			mo_is_steering(mo_utf8_read(text + i, &length)) && !is_gap(text[i]);

		width += is_shown_by_number ? SHOWN_WIDTH : 1;
	}
	return width;
}

static bool is_plain(const char *word)
{
	return !word[strspn(word,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-")];
}

const char *mo_shell_word(struct arena *arena, const char *word)
{
	const char *quoted = "'";

	if (!word || is_plain(word))
		return word;
	for (const char *quote = strchr(word, '\''); quoted && quote; quote = strchr(word, '\'')) {
		quoted = mo_arena_format(arena, "%s%.*s'\\''", quoted, (int)(quote - word), word);
		word = quote + 1;
	}
	return mo_arena_format(arena, "%s%s'", quoted, word);
}
