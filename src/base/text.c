/* SPDX-License-Identifier: MIT */
/* text.c: comparing texts and names, and finding the nearest name to a wrong one. */
#include "base/text.h"

#include <sqlite3.h>
#include <string.h>

#define LONGEST_GUESS 48 /* names longer than this are not guessed */

bool mo_same_name(const char *a, const char *b)
{
	return a == b || (a && b && sqlite3_stricmp(a, b) == 0);
}

int mo_compare_names(const char *a, const char *b)
{
	return sqlite3_stricmp(a, b);
}

bool mo_name_has_prefix(const char *name, const char *prefix)
{
	return (!*prefix || mo_fold(*name) == mo_fold(*prefix)) &&
	       sqlite3_strnicmp(name, prefix, (int)strlen(prefix)) == 0;
}

bool mo_is_blank(const char *text)
{
	while (text && mo_is_space(*text))
		text++;
	return !text || !*text;
}

int mo_utf8_length(const char *bytes)
{
	const unsigned char *text = (const unsigned char *)bytes;
	int length = text[0] < 0x80   ? 1
		     : text[0] < 0xC2 ? 0
		     : text[0] < 0xE0 ? 2
		     : text[0] < 0xF0 ? 3
		     : text[0] < 0xF5 ? 4
				      : 0;

	for (int i = 1; i < length; i++)
		if ((text[i] & 0xC0) != 0x80)
			return 0;
	if ((text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xED && text[1] > 0x9F) ||
	    (text[0] == 0xF0 && text[1] < 0x90) || (text[0] == 0xF4 && text[1] > 0x8F))
		return 0;
	return length;
}

bool mo_utf8_is_valid(const char *text)
{
	int length;

	while (*text) {
		length = mo_utf8_length(text);
		if (!length)
			return false;
		text += length;
	}
	return true;
}

static int least(int a, int b, int c)
{
	int low = a < b ? a : b;

	return low < c ? low : c;
}

/* Levenshtein's distance, a row at a time. */
static int edits(const char *a, const char *b)
{
	int row[LONGEST_GUESS + 1];
	int length = (int)strlen(b);

	for (int j = 0; j <= length; j++)
		row[j] = j;
	for (int i = 0; a[i]; i++) {
		int corner = row[0];

		row[0] = i + 1;
		for (int j = 0; j < length; j++) {
			int above = row[j + 1];

			row[j + 1] = least(above + 1, row[j] + 1,
					   corner + (mo_fold(a[i]) != mo_fold(b[j])));
			corner = above;
		}
	}
	return row[length];
}

const char *mo_nearest(const char *name, const char *const *candidates, int count)
{
	const char *best = NULL;
	size_t length = strlen(name);
	int limit = length < 2 ? 0 : length < 4 ? 1 : length < 8 ? 2 : 3;

	if (length > LONGEST_GUESS)
		return NULL;
	for (int i = 0; i < count; i++) {
		int distance;

		if (strlen(candidates[i]) > LONGEST_GUESS)
			continue;
		distance = edits(name, candidates[i]);
		if (distance <= limit) {
			limit = distance - 1;
			best = candidates[i];
		}
	}
	return best;
}

bool mo_glob(const char *glob, const char *text)
{
	char *low_glob = sqlite3_mprintf("%s", glob);
	char *low_text = sqlite3_mprintf("%s", text);
	bool match = false;

	if (low_glob && low_text) {
		for (char *c = low_glob; *c; c++)
			*c = mo_fold(*c);
		for (char *c = low_text; *c; c++)
			*c = mo_fold(*c);
		match = sqlite3_strglob(low_glob, low_text) == 0;
	}
	sqlite3_free(low_glob);
	sqlite3_free(low_text);
	return match;
}
