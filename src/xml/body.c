/* SPDX-License-Identifier: MIT */
/* body.c: see body.h. */
#include "xml/body.h"

#include <string.h>

#include "base/text.h"
#include "sql/token.h"

#define FAR 6  /* SELECT's own indent of FROM and WHERE is less */
#define NEAR 2 /* what lines that were far away get */

/* ---- lines ----------------------------------------------------------------- */

static size_t line_length(const char *line)
{
	return strcspn(line, "\n");
}

static const char *next_line(const char *line)
{
	line += line_length(line);
	return *line ? line + 1 : NULL;
}

static size_t indent_of(const char *line)
{
	return strspn(line, " \t");
}

static bool line_is_blank(const char *line)
{
	return strspn(line, " \t\r") >= line_length(line);
}

/* Indentation that several lines have in common, as bytes; text is NULL until the first. */
struct margin {
	const char *text;
	size_t length;
};

static void margin_take(struct margin *margin, const char *line)
{
	const size_t indent = indent_of(line);
	size_t same = 0;

	if (!margin->text) {
		*margin = (struct margin){line, indent};
		return;
	}
	while (same < indent && same < margin->length && line[same] == margin->text[same])
		same++;
	margin->length = same;
}

static int margin_width(const struct margin *margin)
{
	int width = 0;

	for (size_t i = 0; i < margin->length; i++)
		width += margin->text[i] == '\t' ? 8 - width % 8 : 1;
	return width;
}

/* How much of the margin a line has. */
static size_t margin_of(const struct margin *margin, const char *line)
{
	size_t same = 0;

	while (same < margin->length && line[same] == margin->text[same])
		same++;
	return same;
}

static void append_line(sqlite3_str *out, const char *line)
{
	size_t length = line_length(line);
	const char *end = line + length;

	if (line_is_blank(line))
		length = 0;
	else if (*end && end[-1] == '\r')
		length--;
	sqlite3_str_append(out, line, (int)length);
	if (*end)
		sqlite3_str_appendchar(out, 1, '\n');
}

/* ---- free or not ----------------------------------------------------------- */

static bool has_line(const char *text, size_t length)
{
	return memchr(text, '\n', length) != NULL;
}

/* Whether a block comment between two tokens runs over the end of a line. */
static bool gap_is_free(const char *gap, const char *end)
{
	while (gap < end) {
		const char *close = NULL;

		if (gap[0] == '-' && gap[1] == '-') {
			gap += line_length(gap);
			continue;
		}
		if (gap[0] == '/' && gap[1] == '*') {
			close = strstr(gap + 2, "*/");
			close = close ? close + 2 : end;
			if (has_line(gap, (size_t)(close - gap)))
				return false;
		}
		gap = close ? close : gap + 1;
	}
	return true;
}

bool mo_lines_are_free(const char *sql)
{
	for (const char *at = sql;;) {
		const struct token token = mo_token_next(at);

		if (!gap_is_free(at, token.text) || has_line(token.text, (size_t)token.length))
			return false;
		if (token.kind == TOKEN_END)
			return true;
		at = token.text + token.length;
	}
}

/* ---- out of a document ----------------------------------------------------- */

char *mo_dedent(struct arena *arena, const char *text, bool hanging)
{
	struct margin margin = {NULL, 0};
	const bool hangs = hanging && !line_is_blank(text);
	sqlite3_str *out = sqlite3_str_new(NULL);

	for (const char *line = hangs ? next_line(text) : text; line; line = next_line(line))
		if (!line_is_blank(line))
			margin_take(&margin, line);
	for (const char *line = text; line; line = next_line(line))
		append_line(out, hangs && line == text ? line : line + margin_of(&margin, line));
	return mo_arena_take(arena, out);
}

/* ---- into a document ------------------------------------------------------- */

/* The margin of the lines, behind the first, with which a statement begins. */
static struct margin statement_margin(const char *sql)
{
	struct margin margin = {NULL, 0};
	bool ended = false;

	for (struct token token = mo_token_next(sql); token.kind != TOKEN_END;
	     token = mo_token_next(token.text + token.length)) {
		const char *line = token.text;

		while (line > sql && line[-1] != '\n')
			line--;
		if (ended && line > sql && line + indent_of(line) == token.text)
			margin_take(&margin, line);
		ended = mo_token_is(&token, ";");
	}
	return margin;
}

static struct margin common_margin(const char *sql)
{
	struct margin margin = {NULL, 0};

	for (const char *line = next_line(sql); line; line = next_line(line))
		if (!line_is_blank(line))
			margin_take(&margin, line);
	return margin;
}

char *mo_arrange(struct arena *arena, const char *sql)
{
	struct margin margin = statement_margin(sql);
	sqlite3_str *out;
	int indent = 0;

	if (!mo_lines_are_free(sql))
		return mo_arena_text(arena, sql);
	if (!margin.text) {
		margin = common_margin(sql);
		if (margin_width(&margin) > FAR)
			indent = NEAR;
		else
			margin.length = 0;
	}
	out = sqlite3_str_new(NULL);
	for (const char *line = sql; line; line = next_line(line)) {
		if (line != sql && !line_is_blank(line))
			sqlite3_str_appendchar(out, indent, ' ');
		append_line(out, line == sql ? line : line + margin_of(&margin, line));
	}
	return mo_arena_take(arena, out);
}

void mo_indent(sqlite3_str *out, const char *text, int depth)
{
	for (const char *line = text; line; line = next_line(line)) {
		if (!line_is_blank(line))
			sqlite3_str_appendchar(out, depth, ' ');
		append_line(out, line);
	}
}
