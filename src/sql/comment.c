/* SPDX-License-Identifier: MIT */
/* comment.c: see comment.h. */
#include "sql/comment.h"

#include <string.h>

#include "base/text.h"

/* A comment in a gap: from its sign to its end, and what it says. */
struct comment {
	const char *next; /* behind it */
	const char *text;
	size_t length;
};

static void trim(struct comment *comment)
{
	while (comment->length &&
	       (mo_is_space(*comment->text) || *comment->text == '*' || *comment->text == '-')) {
		comment->text++;
		comment->length--;
	}
	while (comment->length && (mo_is_space(comment->text[comment->length - 1]) ||
				   comment->text[comment->length - 1] == '*'))
		comment->length--;
}

/* The next comment between at and end; false where there is none. */
static bool next_comment(struct comment *comment, const char *at, const char *end)
{
	const char *close;

	while (at < end && !(at[0] == '-' && at[1] == '-') && !(at[0] == '/' && at[1] == '*'))
		at++;
	if (at >= end)
		return false;
	close = at[0] == '-' ? strchr(at, '\n') : strstr(at + 2, "*/");
	if (!close || close > end)
		close = end;
	comment->text = at + 2;
	comment->length = close > at + 2 ? (size_t)(close - at - 2) : 0;
	comment->next = close < end && *close == '*' ? close + 2 : close;
	trim(comment);
	return true;
}

/* Where the first line of a gap ends that is outside a block comment. */
static const char *end_of_line(const char *gap, const char *end)
{
	struct comment comment;

	for (const char *at = gap; at < end;) {
		const char *line = memchr(at, '\n', (size_t)(end - at));

		if (!next_comment(&comment, at, end) || (line && line < comment.text))
			return line ? line : end;
		if (comment.next <= at)
			return end;
		at = comment.next;
	}
	return end;
}

/* Whether a character of a comment can stand in a document: no control, no U+FFFE or U+FFFF, no broken UTF-8. */
static bool can_be_kept(const char *text, int length)
{
	if (length == 1)
		return (unsigned char)*text >= ' ' || *text == '\n' || *text == '\t';
	return length && !(length == 3 && (memcmp(text, "\xEF\xBF\xBE", 3) == 0 ||
					   memcmp(text, "\xEF\xBF\xBF", 3) == 0));
}

/* Behind a line end: past the indentation, and the stars of a box. */
static const char *skip_indentation(const char *at, const char *end)
{
	if (at[-1] == '\n')
		while (at < end && (mo_is_space(*at) || *at == '*'))
			at++;
	return at;
}

static void append_lines(sqlite3_str *out, const struct comment *comment)
{
	const char *end = comment->text + comment->length;

	for (const char *at = comment->text; at < end;) {
		const int length = mo_utf8_length(at);

		if (can_be_kept(at, length))
			sqlite3_str_append(out, at, length);
		else
			sqlite3_str_appendchar(out, 1, ' ');
		at = skip_indentation(at + (length ? length : 1), end);
	}
}

static char *gather(struct arena *arena, const char *from, const char *end)
{
	sqlite3_str *out;
	struct comment comment;
	char *text;

	if (!next_comment(&comment, from, end))
		return NULL;
	out = sqlite3_str_new(NULL);
	for (const char *at = from; next_comment(&comment, at, end); at = comment.next) {
		if (comment.length && sqlite3_str_length(out))
			sqlite3_str_appendchar(out, 1, '\n');
		append_lines(out, &comment);
		if (comment.next <= at)
			break;
	}
	text = mo_arena_take(arena, out);
	return text && *text ? text : NULL;
}

char *mo_comment_before(struct arena *arena, const char *gap, const char *end)
{
	return gather(arena, gap, end_of_line(gap, end));
}

char *mo_comment_after(struct arena *arena, const char *gap, const char *end)
{
	return gather(arena, end_of_line(gap, end), end);
}

const char *mo_comment_join(struct arena *arena, const char *first, const char *second)
{
	if (!first || !second)
		return first ? first : second;
	return mo_arena_format(arena, "%s\n%s", first, second);
}
