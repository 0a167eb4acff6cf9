/* SPDX-License-Identifier: MIT */
/* sum.c: see sum.h. */
#include "release/sum.h"

#include <string.h>

#include "base/text.h"

#define STAMP 14 /* digits: year, month, day, hour, minute, second */
#define DIGEST (MO_HASH_TEXT - 1)
#define MARKER 7 /* characters of a marker of version control */

static bool has_digits(const char *text, size_t count, const char *digits)
{
	return strspn(text, digits) >= count;
}

bool mo_sum_is_name(const char *name)
{
	const size_t length = strlen(name);

	if (length < STAMP + 6 || !has_digits(name, STAMP, "0123456789") || name[STAMP] != '_' ||
	    strcmp(name + length - 4, ".xml") != 0)
		return false;
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == '/' || *c == 0x7f)
			return false;
	return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_marker(const char *text)
{
	static const char marks[] = "<=>|";

	return *text && strchr(marks, *text) && strspn(text, (char[]){*text, '\0'}) == MARKER &&
	       (!text[MARKER] || text[MARKER] == ' ');
}

static void read_line(struct sum_line *line, struct arena *arena)
{
	const char *text = line->text;

	if (is_marker(text)) {
		line->kind = SUM_MARKER;
		return;
	}
	if (!has_digits(text, DIGEST, "0123456789abcdef") || strncmp(text + DIGEST, "  ", 2) != 0 ||
	    !mo_sum_is_name(text + DIGEST + 2)) {
		line->kind = SUM_OTHER;
		return;
	}
	line->kind = SUM_RELEASE;
	line->digest = mo_arena_slice(arena, text, DIGEST);
	line->name = text + DIGEST + 2;
}

void mo_sum_read(struct list *lines, struct arena *arena, const char *text)
{
	text += strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	for (int number = 1; *text; number++) {
		const size_t length = strcspn(text, "\n");
		const size_t shown = length - (length && text[length - 1] == '\r');
		struct sum_line *line = mo_arena_make(arena, struct sum_line);

		if (!line || !(line->text = mo_arena_slice(arena, text, shown)))
			return;
		line->number = number;
		text += length + (text[length] == '\n');
		if (mo_is_blank(line->text))
			continue;
		read_line(line, arena);
		mo_list_add(arena, lines, line);
	}
}

/* ---- digests ----------------------------------------------------------------------------------- */

void mo_sum_digest(char digest[MO_HASH_TEXT], const char *before, const char *bytes, size_t size)
{
	struct hasher hasher;
	size_t from = 0;

	mo_hash_begin(&hasher);
	mo_hash_text(&hasher, before);
	for (size_t i = 0; i + 1 < size; i++) {
		if (bytes[i] != '\r' || bytes[i + 1] != '\n')
			continue;
		mo_hash_bytes(&hasher, bytes + from, i - from);
		from = i + 1;
	}
	mo_hash_bytes(&hasher, bytes + from, size - from);
	mo_hash_write(digest, mo_hash_end(&hasher));
}

char *mo_sum_line(struct arena *arena, const char *digest, const char *name)
{
	return mo_arena_format(arena, "%s  %s", digest, name);
}
