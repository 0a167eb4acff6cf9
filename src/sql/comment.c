/* SPDX-License-Identifier: MIT */
/* comment.c: see comment.h. */
#include "sql/comment.h"

#include <string.h>

#include "base/text.h"

/* A comment in a gap: from its sign to its end, and what it says. */
struct comment {
	const char *next; /* behind it */
	const char *text;
	const char *end;
	bool is_boxed; /* its lines begin with a star: that is its frame */
};

/* ---- finding ------------------------------------------------------------------ */

static bool is_blank_char(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank_char(*at))
		at++;
	return at;
}

static const char *line_end(const char *at, const char *end)
{
	while (at < end && *at != '\n')
		at++;
	return at;
}

/*
 * A box is closed on a line of its own, and every line behind the first begins
 * with a star.  Text that is a list of stars is none: moult does not close it so.
 */
static bool is_box(const struct comment *comment)
{
	const char *line = line_end(comment->text, comment->end);
	int lines = 0;

	while (line < comment->end) {
		const char *at = skip_blanks(++line, comment->end);

		line = line_end(line, comment->end);
		if (line == comment->end)
			return lines && at == comment->end;
		if (at == line || *at != '*')
			return false;
		lines++;
	}
	return false;
}

/* Its sign may be longer than it must be: a row of stars or dashes. */
static void trim(struct comment *comment, char sign)
{
	while (comment->text < comment->end && *comment->text == sign)
		comment->text++;
	while (sign == '*' && comment->text < comment->end && comment->end[-1] == sign)
		comment->end--;
	comment->is_boxed = sign == '*' && is_box(comment);
	while (comment->text < comment->end && mo_is_space(comment->end[-1]))
		comment->end--;
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
	comment->text = at + 2 < close ? at + 2 : close;
	comment->end = close;
	comment->next = close < end && *close == '*' ? close + 2 : close;
	trim(comment, *at == '-' ? '-' : '*');
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

/* ---- reading ------------------------------------------------------------------ */

/* The lines of a comment without its first one, which stands behind the sign: their margin. */
static int margin_of(const struct comment *comment)
{
	int margin = -1;

	for (const char *line = line_end(comment->text, comment->end); line < comment->end;) {
		const char *at = skip_blanks(++line, comment->end);
		const int indent = (int)(at - line);

		if (at < comment->end && *at != '\n' && (margin < 0 || indent < margin))
			margin = indent;
		line = line_end(line, comment->end);
	}
	return margin < 0 ? 0 : margin;
}

/*
 * Whether a character of a comment can stand in a document: no control, no U+FFFE or U+FFFF, no
 * broken UTF-8.
 */
static bool can_be_kept(const char *text, int length)
{
	if (length == 1)
		return (unsigned char)*text >= ' ' || *text == '\t';
	return length && !(length == 3 && (memcmp(text, "\xEF\xBF\xBE", 3) == 0 ||
					   memcmp(text, "\xEF\xBF\xBF", 3) == 0));
}

static void append_line(sqlite3_str *out, const char *at, const char *end)
{
	while (end > at && is_blank_char(end[-1]))
		end--;
	while (at < end) {
		const int length = mo_utf8_length(at);

		if (can_be_kept(at, length))
			sqlite3_str_append(out, at, length);
		else
			sqlite3_str_appendchar(out, 1, ' ');
		at += length ? length : 1;
	}
}

/* Where the text of a line begins: behind the margin, or the star of a box. */
static const char *line_start(const struct comment *comment, const char *line, int margin)
{
	const char *at = skip_blanks(line, comment->end);

	if (comment->is_boxed && at < comment->end && *at == '*')
		return skip_blanks(at + 1, comment->end);
	return at - line > margin ? line + margin : at;
}

/*
 * What is said on the first line stands behind the sign; if nothing is, the text begins on the
 * next.
 */
static void append_comment(sqlite3_str *out, const struct comment *comment)
{
	const int margin = margin_of(comment);
	const char *at = skip_blanks(comment->text, comment->end);
	const char *end = line_end(at, comment->end);
	bool any = at < end;

	append_line(out, at, end);
	while (end < comment->end) {
		const char *line = end + 1;

		at = line_start(comment, line, margin);
		end = line_end(line, comment->end);
		if (any)
			sqlite3_str_appendchar(out, 1, '\n');
		any |= at < end;
		if (at < end)
			append_line(out, at, end);
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
		if (comment.text < comment.end && sqlite3_str_length(out))
			sqlite3_str_appendchar(out, 1, '\n');
		append_comment(out, &comment);
		if (comment.next <= at)
			break;
	}
	text = mo_arena_take(arena, out);
	return text && !mo_is_blank(text) ? text : NULL;
}

char *mo_comment_before(struct arena *arena, const char *gap, const char *end)
{
	return gather(arena, gap, end_of_line(gap, end));
}

char *mo_comment_after(struct arena *arena, const char *gap, const char *end)
{
	return gather(arena, end_of_line(gap, end), end);
}

char *mo_comment_all(struct arena *arena, const char *gap, const char *end)
{
	return gather(arena, gap, end);
}

const char *mo_comment_join(struct arena *arena, const char *first, const char *second)
{
	if (!first || !second)
		return first ? first : second;
	return mo_arena_format(arena, "%s\n%s", first, second);
}

/* ---- writing ------------------------------------------------------------------ */

/* Lines of one text have one margin, and the last of them closes it, so that it is no box. */
void mo_comment_write(sqlite3_str *out, const char *doc)
{
	const bool is_long = doc && strchr(doc, '\n');

	if (!doc || mo_is_blank(doc))
		return;
	sqlite3_str_appendall(out, is_long ? " /*\n     " : " /* ");
	for (; *doc; doc++) {
		sqlite3_str_appendchar(out, 1, *doc);
		if (doc[0] == '\n' && doc[1] != '\n')
			sqlite3_str_appendall(out, "     ");
		if (doc[0] == '*' && doc[1] == '/')
			sqlite3_str_appendchar(out, 1, ' ');
	}
	sqlite3_str_appendall(out, " */");
}
