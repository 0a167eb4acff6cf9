/* SPDX-License-Identifier: MIT */
/* style.c: see style.h.  Colours are those of ECMA-48, SGR. */
#include "report/style.h"

#include <limits.h>
#include <string.h>

#include "base/show.h"

#define LONGEST_EXCERPT 120 /* code points of a source line that is shown whole */
#define BEFORE_CARET 40	    /* of a longer one, what is shown before the place */

static const char *const paints[PAINT_COUNT] = {
	[PAINT_HEAD] = "1",	  [PAINT_DIM] = "2",	 [PAINT_ERROR] = "1;31",
	[PAINT_WARNING] = "1;33", [PAINT_NOTE] = "1;36", [PAINT_GOOD] = "32",
	[PAINT_ADD] = "32",	  [PAINT_DROP] = "31",	 [PAINT_CHANGE] = "33",
	[PAINT_RENAME] = "36",
};
_Static_assert(PAINT_COUNT == 11, "a colour for each paint");

/* A builder has no way to be told of a failure but to be asked for more than it can hold. */
static void fail(sqlite3_str *out)
{
	sqlite3_str_appendchar(out, INT_MAX - 1, ' ');
}

bool mo_style_begin(struct style *style, sqlite3_str *out, struct page page)
{
	*style = (struct style){out, mo_arena_new(), page.format == MOULT_COLOR, page.width};
	if (!style->arena)
		fail(out);
	return style->arena;
}

void mo_style_end(struct style *style)
{
	if (mo_arena_rc(style->arena))
		fail(style->out);
	mo_arena_free(style->arena);
}

/* ---- characters ---- */

static bool is_gap(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

int mo_code_points(const char *text, size_t bytes)
{
	int points = 0, length;

	for (size_t i = 0; i < bytes && text[i]; i += (size_t)length, points++)
		mo_utf8_read(text + i, &length);
	return points;
}

/* ---- lines ---- */

static void start(const struct style *style, enum paint paint)
{
	if (style->color && paints[paint])
		sqlite3_str_appendf(style->out, "\033[%sm", paints[paint]);
}

static void stop(const struct style *style, enum paint paint)
{
	if (style->color && paints[paint])
		sqlite3_str_appendall(style->out, "\033[0m");
}

void mo_say(const struct style *style, enum paint paint, const char *text)
{
	if (!text || !*text)
		return;
	start(style, paint);
	mo_show_line(style->out, text, strlen(text));
	stop(style, paint);
}

const char *mo_said_line(struct arena *arena, const char *text)
{
	sqlite3_str *line = sqlite3_str_new(NULL);

	mo_show_line(line, text, strlen(text));
	return mo_arena_take(arena, line);
}

void mo_sayf(const struct style *style, enum paint paint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mo_say(style, paint, mo_arena_vformat(style->arena, format, args));
	va_end(args);
}

static void put_prefix(sqlite3_str *out, const char *prefix, bool is_blank)
{
	size_t length = strlen(prefix);

	while (is_blank && length && prefix[length - 1] == ' ')
		length--;
	sqlite3_str_append(out, prefix, (int)length);
}

void mo_say_lines(const struct style *style, const char *prefix, const char *text)
{
	sqlite3_str *lines = sqlite3_str_new(NULL);

	if (text)
		mo_show_lines(lines, text);
	text = mo_arena_take(style->arena, lines);
	while (text && *text) {
		const size_t length = strcspn(text, "\n");

		put_prefix(style->out, prefix, !length);
		sqlite3_str_append(style->out, text, (int)length);
		sqlite3_str_appendchar(style->out, 1, '\n');
		text += length + (text[length] == '\n');
	}
}

void mo_say_wrapped(const struct style *style, enum paint paint, int at, const char *prefix,
		    const char *text)
{
	start(style, paint);
	while (text && *text) {
		const size_t gap = is_gap(*text);
		size_t end = gap;

		while (text[end] && !is_gap(text[end]))
			end++;
		if (gap && at + mo_shown_width(text, end) > style->width) {
			sqlite3_str_appendf(style->out, "\n%s", prefix);
			at = mo_shown_width(prefix, strlen(prefix));
			text++;
			end--;
		}
		mo_show_line(style->out, text, end);
		at += mo_shown_width(text, end);
		text += end;
	}
	stop(style, paint);
}

void mo_say_line(const struct style *style, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mo_say(style, PAINT_NONE, mo_arena_vformat(style->arena, format, args));
	va_end(args);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

void mo_say_head(const struct style *style, const char *text)
{
	mo_say(style, PAINT_HEAD, text);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

void mo_say_field(const struct style *style, const char *name)
{
	mo_sayf(style, PAINT_DIM, "  %-15s", name);
}

void mo_say_text(const struct style *style, const char *name, const char *value)
{
	if (!value)
		return;
	mo_say_field(style, name);
	mo_say_line(style, "%s", value);
}

void mo_say_number(const struct style *style, const char *name, long long value)
{
	mo_say_field(style, name);
	sqlite3_str_appendf(style->out, "%lld\n", value);
}

void mo_say_count(const struct style *style, long long count, const char *one, const char *many)
{
	sqlite3_str_appendf(style->out, "%,lld %s", count, count == 1 ? one : many);
}

/* ---- places ---- */

void mo_say_place(const struct style *style, const struct moult_place *place)
{
	mo_say(style, PAINT_NONE, place->file);
	if (place->line > 0)
		sqlite3_str_appendf(style->out, ":%d", place->line);
	if (place->line > 0 && place->column > 0)
		sqlite3_str_appendf(style->out, ":%d", place->column);
}

/* The part of a source line that is shown, in bytes. */
struct window {
	const char *source;
	size_t first;
	size_t caret;
	size_t end;
	size_t length; /* of the whole line */
};

static size_t skip(const struct window *window, size_t from, int points)
{
	int length;

	for (; points-- > 0 && from < window->length; from += (size_t)length)
		mo_utf8_read(window->source + from, &length);
	return from;
}

static struct window look(const struct moult_place *place)
{
	struct window window = {.source = place->source, .length = strlen(place->source)};
	int before;

	window.end = window.length;
	window.caret = place->column > 0 ? (size_t)place->column - 1 : 0;
	if (window.caret > window.length)
		window.caret = window.length;
	while (window.caret > 0 && (place->source[window.caret] & 0xC0) == 0x80)
		window.caret--;
	if (mo_code_points(place->source, window.length) <= LONGEST_EXCERPT)
		return window;
	before = mo_code_points(place->source, window.caret);
	window.first = skip(&window, 0, before - BEFORE_CARET);
	window.end = skip(&window, window.first, LONGEST_EXCERPT);
	return window;
}

/* A tab is as wide below its line as in it, so tabs stay tabs. */
static void put_source(sqlite3_str *out, const struct window *window)
{
	sqlite3_str_appendall(out, window->first ? "..." : "");
	for (size_t i = window->first; i < window->end;) {
		if (window->source[i] == '\t')
			sqlite3_str_appendchar(out, 1, window->source[i++]);
		else
			i += (size_t)mo_show(out, window->source + i);
	}
	sqlite3_str_appendall(out, window->end < window->length ? "...\n" : "\n");
}

static void put_margin(sqlite3_str *out, const struct window *window)
{
	int length;

	sqlite3_str_appendall(out, window->first ? "   " : "");
	for (size_t i = window->first; i < window->caret; i += (size_t)length) {
		const char *at = window->source + i;

		mo_utf8_read(at, &length);
		sqlite3_str_appendchar(out, mo_shown_width(at, (size_t)length),
				       *at == '\t' ? '\t' : ' ');
	}
}

void mo_say_excerpt(const struct style *style, const struct moult_place *place, enum paint paint)
{
	struct window window;
	size_t end;

	if (!place->source)
		return;
	window = look(place);
	end = window.caret + (place->width > 0 ? (size_t)place->width : 1);
	if (end > window.end)
		end = window.end;
	mo_sayf(style, PAINT_DIM, "%5d | ", place->line);
	put_source(style->out, &window);
	mo_say(style, PAINT_DIM, "      | ");
	put_margin(style->out, &window);
	start(style, paint);
	sqlite3_str_appendchar(style->out, 1, '^');
	if (end > window.caret)
		sqlite3_str_appendchar(
			style->out,
			mo_shown_width(place->source + window.caret, end - window.caret) - 1, '~');
	stop(style, paint);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

/* ---- small things ---- */

void mo_version_text(char text[MO_VERSION_TEXT], int version)
{
	sqlite3_snprintf(MO_VERSION_TEXT, text, "%d.%d.%d", version / 1000000,
			 version / 1000 % 1000, version % 1000);
}

void mo_json_place(struct json *json, const char *name, const struct moult_place *place)
{
	if (!place->file) {
		mo_json_text(json, name, NULL);
		return;
	}
	mo_json_open(json, name, '{');
	mo_json_text(json, "file", place->file);
	mo_json_integer(json, "line", place->line);
	mo_json_integer(json, "column", place->column);
	mo_json_close(json, '}');
}

void mo_json_texts(struct json *json, const char *name, const struct list *texts)
{
	mo_json_open(json, name, '[');
	for (int i = 0; i < texts->count; i++)
		mo_json_text(json, NULL, texts->items[i]);
	mo_json_close(json, ']');
}

void mo_json_count(struct json *json, const char *name, long long count)
{
	if (count < 0)
		mo_json_text(json, name, NULL);
	else
		mo_json_integer(json, name, count);
}
