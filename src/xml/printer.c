/* SPDX-License-Identifier: MIT */
/* printer.c: see printer.h. */
#include "xml/printer.h"

#include <string.h>

#include "sql/write.h"
#include "xml/body.h"
#include "xml/place.h"

#define PAGE_WIDTH 110
#define SHORT_TEXT 80
#define INDENT 2
#define CDATA_FROM 4 /* so many & and < make CDATA easier to read */

/* ---- characters ------------------------------------------------------------ */

/* The object's name without what a message cannot hold either. */
static const char *printable(struct arena *arena, const char *object)
{
	char *copy = mo_arena_text(arena, object);
	size_t left = copy ? strlen(copy) : 0;

	for (char *c = copy; left;) {
		const int length = mo_xml_character((const unsigned char *)c, left);

		if (!length)
			*c = '?';
		c += length ? length : 1;
		left -= (size_t)(length ? length : 1);
	}
	return copy;
}

static void tell(struct sheet *sheet, unsigned char byte)
{
	if (!sheet->told) {
		sheet->rc = mo_diag(sheet->diags, DIAG_DOC019, NULL,
				    printable(sheet->arena, sheet->object),
				    byte < 0x80 ? "it holds the character U+%04X, which XML cannot"
						: "it holds the byte 0x%02X where XML cannot",
				    byte);
		mo_diag_hint(sheet->diags,
			     "dump it with --format sql, or write it otherwise in the database");
	}
	sheet->told = true;
}

/* How a character is written; NULL: as it is. */
static const char *escape(char c, bool value, char quote)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '\r':
		return "&#13;";
	case '\n':
		return value ? "&#10;" : NULL;
	case '\t':
		return value ? "&#9;" : NULL;
	case '"':
		return value && quote == '"' ? "&quot;" : NULL;
	default:
		return NULL;
	}
}

/* ]]> must not stand in a text. */
static bool closes_cdata(const char *text, const char *c)
{
	return *c == '>' && c - text >= 2 && c[-1] == ']' && c[-2] == ']';
}

static void append(struct sheet *sheet, sqlite3_str *out, const char *text, bool value, char quote)
{
	const char *end = text + strlen(text);
	const char *plain = text;

	for (const char *c = text; c < end;) {
		const int length = mo_xml_character((const unsigned char *)c, (size_t)(end - c));
		const char *written = closes_cdata(text, c) ? "&gt;" : escape(*c, value, quote);

		if (!length)
			tell(sheet, (unsigned char)*c);
		if (written) {
			sqlite3_str_append(out, plain, (int)(c - plain));
			sqlite3_str_appendall(out, written);
			plain = c + 1;
		}
		c += length ? length : 1;
	}
	sqlite3_str_append(out, plain, (int)(end - plain));
}

static bool wants_cdata(const char *text)
{
	int count = 0;

	for (const char *c = text; *c; c++)
		count += *c == '&' || *c == '<';
	return count >= CDATA_FROM && !strstr(text, "]]>") && !strchr(text, '\r');
}

/* CDATA escapes nothing, but its characters must be those of XML too. */
static void append_cdata(struct sheet *sheet, sqlite3_str *out, const char *text)
{
	const char *end = text + strlen(text);

	for (const char *c = text; c < end;) {
		const int length = mo_xml_character((const unsigned char *)c, (size_t)(end - c));

		if (!length)
			tell(sheet, (unsigned char)*c);
		c += length ? length : 1;
	}
	sqlite3_str_append(out, text, (int)(end - text));
}

/* ---- attributes ------------------------------------------------------------ */

void mo_block_attribute(struct block *block, const char *name, const char *value)
{
	struct arena *arena = block->sheet->arena;
	const char quote = (char)(value && strchr(value, '"') && !strchr(value, '\'') ? '\'' : '"');
	sqlite3_str *text;
	char *done;

	if (!value)
		return;
	text = sqlite3_str_new(NULL);
	sqlite3_str_appendf(text, "%s=%c", name, quote);
	append(block->sheet, text, value, true, quote);
	sqlite3_str_appendchar(text, 1, quote);
	done = mo_arena_take(arena, text);
	if (done)
		mo_list_add(arena, &block->attributes, done);
}

void mo_block_flag(struct block *block, const char *name, bool value)
{
	mo_block_attribute(block, name, value ? "true" : NULL);
}

const char *mo_sheet_names(struct sheet *sheet, const struct list *names)
{
	sqlite3_str *text;

	if (!names->count)
		return NULL;
	text = sqlite3_str_new(NULL);
	mo_write_names(text, names);
	return mo_arena_take(sheet->arena, text);
}

bool mo_is_short(const char *text)
{
	return strlen(text) <= SHORT_TEXT && !strpbrk(text, "\n\r\t") &&
	       !(strchr(text, '"') && strchr(text, '\''));
}

void mo_block_short(struct block *block, const char *name, const char *text)
{
	if (text && mo_is_short(text))
		mo_block_attribute(block, name, text);
}

void mo_block_long(struct block *block, const char *name, const char *text)
{
	struct block child;

	if (!text || mo_is_short(text))
		return;
	child = mo_block(block, name);
	mo_block_text(&child, text);
	mo_block_end(&child);
}

/* ---- blocks ---------------------------------------------------------------- */

struct block mo_block_root(struct sheet *sheet, sqlite3_str *out, const char *name)
{
	return (struct block){
		.sheet = sheet, .out = out, .name = name, .inside = sqlite3_str_new(NULL)};
}

struct block mo_block(struct block *parent, const char *name)
{
	struct block block = mo_block_root(parent->sheet, parent->inside, name);

	block.depth = parent->depth + INDENT;
	return block;
}

void mo_block_text(struct block *block, const char *sql)
{
	block->text = sql;
	block->movable = sql && mo_lines_are_free(sql);
}

void mo_block_prose(struct block *block, const char *prose)
{
	block->text = prose;
	block->movable = true;
}

/* The width of the start tag on one line, without its end. */
static int tag_width(const struct block *block)
{
	int width = block->depth + 1 + (int)strlen(block->name);

	for (int i = 0; i < block->attributes.count; i++)
		width += 1 + (int)strlen(block->attributes.items[i]);
	return width;
}

/* On one line, or filled lines under the first attribute. */
static void write_tag(struct block *block, const char *end)
{
	const bool one_line = tag_width(block) + (int)strlen(end) <= PAGE_WIDTH;
	const int margin = block->depth + 2 + (int)strlen(block->name);
	int width = margin - 1;

	sqlite3_str_appendchar(block->out, block->depth, ' ');
	sqlite3_str_appendf(block->out, "<%s", block->name);
	for (int i = 0; i < block->attributes.count; i++) {
		const char *attribute = block->attributes.items[i];
		const int length = (int)strlen(attribute);

		if (!one_line && i && width + 1 + length + (int)strlen(end) > PAGE_WIDTH) {
			sqlite3_str_appendchar(block->out, 1, '\n');
			sqlite3_str_appendchar(block->out, margin, ' ');
			width = margin;
		} else {
			sqlite3_str_appendchar(block->out, 1, ' ');
			width++;
		}
		sqlite3_str_append(block->out, attribute, length);
		width += length;
	}
	sqlite3_str_appendall(block->out, end);
}

static void write_close(struct block *block, bool indent)
{
	sqlite3_str_appendchar(block->out, indent ? block->depth : 0, ' ');
	sqlite3_str_appendf(block->out, "</%s>\n", block->name);
}

/* <name>text</name>, if there is nothing else inside and all fits on the line. */
static bool write_line(struct block *block)
{
	sqlite3_str *escaped = sqlite3_str_new(NULL);
	const char *text;

	append(block->sheet, escaped, block->text, false, '"');
	text = mo_arena_take(block->sheet->arena, escaped);
	if (!text || strchr(text, '\n') || sqlite3_str_length(block->inside) ||
	    tag_width(block) + (int)(strlen(text) + strlen(block->name)) + 4 > PAGE_WIDTH)
		return false;
	write_tag(block, ">");
	sqlite3_str_appendall(block->out, text);
	write_close(block, false);
	return true;
}

/* Lines that may move are indented; others are written as they are. */
static char *set_lines(struct block *block)
{
	sqlite3_str *lines = sqlite3_str_new(NULL);

	if (block->movable) {
		mo_indent(lines, block->text, block->depth + INDENT);
	} else {
		sqlite3_str_appendchar(lines, block->depth + INDENT, ' ');
		sqlite3_str_appendall(lines, block->text);
	}
	return mo_arena_take(block->sheet->arena, lines);
}

static void write_inside(struct block *block)
{
	if (sqlite3_str_length(block->inside))
		sqlite3_str_append(block->out, sqlite3_str_value(block->inside),
				   sqlite3_str_length(block->inside));
}

static void write_lines(struct block *block)
{
	const bool cdata = wants_cdata(block->text);
	const char *lines = set_lines(block);

	if (!lines)
		return;
	write_tag(block, cdata ? "><![CDATA[\n" : ">\n");
	if (cdata) {
		append_cdata(block->sheet, block->out, lines);
		sqlite3_str_appendchar(block->out, 1, '\n');
		sqlite3_str_appendchar(block->out, block->depth, ' ');
		sqlite3_str_appendall(block->out,
				      sqlite3_str_length(block->inside) ? "]]>\n" : "]]>");
	} else {
		append(block->sheet, block->out, lines, false, '"');
		sqlite3_str_appendchar(block->out, 1, '\n');
	}
	write_inside(block);
	write_close(block, !cdata || sqlite3_str_length(block->inside));
}

void mo_block_end(struct block *block)
{
	if (sqlite3_str_errcode(block->inside))
		block->sheet->starved = true;
	if (block->text) {
		if (!write_line(block))
			write_lines(block);
	} else if (sqlite3_str_length(block->inside)) {
		write_tag(block, ">\n");
		write_inside(block);
		write_close(block, true);
	} else {
		write_tag(block, "/>\n");
	}
	sqlite3_free(sqlite3_str_finish(block->inside));
	block->inside = NULL;
}

void mo_block_end_if_any(struct block *block)
{
	if (block->attributes.count || block->text || sqlite3_str_length(block->inside)) {
		mo_block_end(block);
		return;
	}
	sqlite3_free(sqlite3_str_finish(block->inside));
	block->inside = NULL;
}
