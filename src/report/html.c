/* SPDX-License-Identifier: MIT */
/* html.c: see html.h. */
#include "report/html.h"

#include <string.h>

#include "base/handle.h"
#include "base/show.h"

#define MOST_BOXES 120 /* of a picture in a page */

/* page.css, made by embed.sh. */
extern const char mo_page_css[];

/* ---- texts of others ---- */

/* XML, which an SVG is, has no way to write some characters at all. */
static bool is_no_xml(unsigned code)
{
	return code == 0xFFFE || code == 0xFFFF;
}

static int put(sqlite3_str *out, const char *text)
{
	static const char *const names[] = {['&'] = "&amp;",
					    ['<'] = "&lt;",
					    ['>'] = "&gt;",
					    ['"'] = "&quot;",
					    ['\''] = "&#39;"};
	const unsigned char byte = (unsigned char)*text;
	int length;
	const unsigned code = mo_utf8_read(text, &length);

	if (byte < sizeof(names) / sizeof(*names) && names[byte])
		sqlite3_str_appendall(out, names[byte]);
	else if (mo_is_steering(code) || is_no_xml(code))
		sqlite3_str_appendf(out, "&lt;U+%04X&gt;", code);
	else
		mo_show(out, text);
	return length;
}

static bool is_gap(char c)
{
	return c == '\n' || c == '\t' || c == '\r';
}

void mo_html_text(sqlite3_str *out, const char *text)
{
	while (text && *text) {
		if (is_gap(*text)) {
			sqlite3_str_appendchar(out, 1, ' ');
			text++;
		} else {
			text += put(out, text);
		}
	}
}

void mo_html_lines(sqlite3_str *out, const char *text)
{
	while (text && *text) {
		if (is_gap(*text) && *text != '\r')
			sqlite3_str_appendchar(out, 1, *text++);
		else
			text += put(out, text);
	}
}

/* ---- elements ---- */

void mo_html_element(sqlite3_str *out, const char *tag, const char *text)
{
	if (!text)
		return;
	sqlite3_str_appendf(out, "<%s>", tag);
	mo_html_text(out, text);
	sqlite3_str_appendf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void mo_html_sql(sqlite3_str *out, const char *sql)
{
	sqlite3_str_appendall(out, "<pre class=\"sql\"><code>");
	mo_html_lines(out, sql);
	sqlite3_str_appendall(out, "</code></pre>\n");
}

/* ---- the page ---- */

void mo_html_begin(sqlite3_str *out, const char *title)
{
	sqlite3_str_appendall(
		out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     /* Nothing is fetched and nothing runs, whatever a name may be. */
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'\">\n"
		     "<meta name=\"generator\" content=\"moult " MOULT_VERSION "\">\n");
	mo_html_element(out, "title", title);
	sqlite3_str_appendall(out, "\n<style>\n");
	sqlite3_str_appendall(out, mo_page_css);
	sqlite3_str_appendall(out, "</style>\n</head>\n<body>\n");
}

void mo_html_end(sqlite3_str *out)
{
	sqlite3_str_appendall(out, "</body>\n</html>\n");
}

/* ---- pictures ---- */

static int gather(void *context, const char *text, size_t size)
{
	sqlite3_str_append(context, text, (int)size);
	return sqlite3_str_errcode(context);
}

/* What Graphviz writes before the element itself belongs to a file. */
static const char *draw(const struct moult *m, struct arena *arena, const struct picture *picture)
{
	sqlite3_str *dot = sqlite3_str_new(NULL), *svg = sqlite3_str_new(NULL);
	const char *text, *drawn;
	int rc;

	mo_draw_dot(dot, picture);
	text = mo_arena_take(arena, dot);
	rc = text ? m->on_draw(m->draw_context, text, gather, svg) : MOULT_TROUBLE;
	drawn = mo_arena_take(arena, svg);
	return !rc && drawn ? strstr(drawn, "<svg") : NULL;
}

void mo_html_picture(sqlite3_str *out, const struct moult *m, const struct picture *picture,
		     const char *caption)
{
	const char *svg;

	if (!m->on_draw || !picture->boxes.count || mo_arena_rc(picture->arena))
		return;
	if (picture->boxes.count > MOST_BOXES) {
		sqlite3_str_appendf(
			out,
			"<p class=\"none\">%s: no picture of so many (%d) tables; "
			"<code>moult dump --around TABLE</code> draws what is near one.</p>\n",
			caption, picture->boxes.count);
		return;
	}
	svg = draw(m, picture->arena, picture);
	if (!svg)
		return;
	sqlite3_str_appendall(out, "<figure>\n");
	mo_html_element(out, "figcaption", caption);
	sqlite3_str_appendall(out, "\n<div class=\"graph\" tabindex=\"0\">\n");
	sqlite3_str_appendall(out, svg);
	sqlite3_str_appendall(out, "</div>\n</figure>\n");
}
