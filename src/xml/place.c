/* SPDX-License-Identifier: MIT */
/* place.c: from a byte to its line, from the text as XML reads it to a byte, and characters. */
#include "xml/place.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define SOURCE_LIMIT 2000 /* longer lines are not shown */

/* ---- places ---------------------------------------------------------------- */

static int line_of(const struct scan *scan, size_t offset)
{
	int low = 0;
	int high = scan->line_count;

	while (high - low > 1) {
		int middle = low + (high - low) / 2;

		if (scan->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct moult_place mo_scan_place(const struct scan *scan, size_t offset, size_t width)
{
	struct moult_place place = {scan->name, 1, 1, 1, NULL};
	size_t start, length;
	int line;

	if (!scan->line_count)
		return place;
	line = line_of(scan, offset);
	start = scan->lines[line];
	length = strlen(scan->source + start);
	place.line = line + 1;
	place.column = (int)(offset - start) + 1;
	if (offset - start + width > length)
		width = length > offset - start ? length - (offset - start) : 1;
	place.width = width ? (int)width : 1;
	place.source = length <= SOURCE_LIMIT ? scan->source + start : NULL;
	return place;
}

struct moult_place mo_scan_tag_place(const struct scan *scan, const struct tag *tag)
{
	return mo_scan_place(scan, tag->start, tag->name_length + 1);
}

/* ---- from the text as XML reads it back to the text ------------------------ */

static size_t utf8_length(unsigned long point)
{
	return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/* The bytes that a reference such as &#x263A; stands for. */
static size_t reference_length(const char *raw)
{
	const int base = raw[2] == 'x' ? 16 : 10;
	unsigned long point = 0;

	if (raw[1] != '#')
		return 1;
	for (raw += base == 16 ? 3 : 2; *raw != ';' && point < 0x110000; raw++) {
		const int digit = *raw <= '9' ? *raw - '0' : mo_fold(*raw) - 'a' + 10;

		point = point * (unsigned long)base + (unsigned long)digit;
	}
	return utf8_length(point);
}

/* One step over well-formed text: the bytes it takes; given is what XML makes of them. */
static size_t step(const char *raw, size_t left, bool references, size_t *given)
{
	const char *end;

	*given = 1;
	if (raw[0] == '\r' && left > 1 && raw[1] == '\n')
		return 2;
	if (raw[0] != '&' || !references)
		return 1;
	*given = reference_length(raw);
	end = memchr(raw, ';', left);
	return end ? (size_t)(end - raw) + 1 : 1;
}

/* Walks from offset until at bytes are read or the end is reached; at is what is left to read. */
static size_t walk(const struct scan *scan, size_t offset, size_t end, bool references, size_t *at)
{
	while (offset < end) {
		size_t given;
		size_t taken = step(scan->text + offset, end - offset, references, &given);

		if (given > *at)
			break;
		*at -= given;
		offset += taken;
	}
	return offset;
}

size_t mo_scan_value_offset(const struct scan *scan, const struct spot *spot, size_t at)
{
	return walk(scan, spot->value, spot->value + (size_t)spot->value_length, true, &at);
}

size_t mo_scan_find(const struct scan *scan, size_t from, const char *what)
{
	const size_t length = strlen(what);

	for (; from + length <= scan->size; from++) {
		const char *next = memchr(scan->text + from, *what, scan->size - from - length + 1);

		if (!next)
			break;
		from = (size_t)(next - scan->text);
		if (memcmp(next, what, length) == 0)
			return from;
	}
	return SIZE_MAX;
}

bool mo_scan_starts(const struct scan *scan, size_t at, const char *what)
{
	const size_t length = strlen(what);

	return at <= scan->size && length <= scan->size - at &&
	       memcmp(scan->text + at, what, length) == 0;
}

/* Past a comment, an instruction or a child; CDATA is text, and is walked. */
static size_t skip_markup(const struct scan *scan, size_t offset, int *child, size_t *at,
			  bool *done)
{
	size_t end;

	if (mo_scan_starts(scan, offset, "<!--"))
		return mo_scan_find(scan, offset + 4, "-->") + 3;
	if (mo_scan_starts(scan, offset, "<?"))
		return mo_scan_find(scan, offset, "?>") + 2;
	if (!mo_scan_starts(scan, offset, "<![CDATA[")) {
		const struct tag *tag = &scan->tags[*child];

		*child = tag->next;
		return tag->finish;
	}
	end = mo_scan_find(scan, offset, "]]>");
	offset = walk(scan, offset + 9, end, false, at);
	*done = offset < end;
	return *done ? offset : end + 3;
}

size_t mo_scan_text_offset(const struct scan *scan, const struct tag *tag, size_t at)
{
	int child = (int)(tag - scan->tags) + 1;
	size_t offset = tag->content;
	bool done = false;

	while (offset < tag->close && !done) {
		const char *next = memchr(scan->text + offset, '<', tag->close - offset);
		const size_t end = next ? (size_t)(next - scan->text) : tag->close;

		offset = walk(scan, offset, end, true, &at);
		done = offset < end;
		if (!done && offset < tag->close)
			offset = skip_markup(scan, offset, &child, &at, &done);
	}
	return offset;
}

/* ---- characters ------------------------------------------------------------ */

static int sequence_length(unsigned char first)
{
	return first < 0x80   ? 1
	       : first < 0xC2 ? 0
	       : first < 0xE0 ? 2
	       : first < 0xF0 ? 3
	       : first < 0xF5 ? 4
			      : 0;
}

int mo_xml_character(const unsigned char *text, size_t size)
{
	static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
	const int length = size ? sequence_length(*text) : 0;
	unsigned long point = length ? *text & masks[length] : 0;

	if (!length || (size_t)length > size)
		return 0;
	for (int i = 1; i < length; i++) {
		if ((text[i] & 0xC0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3F);
	}
	if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF) ||
	    point == 0xFFFE || point == 0xFFFF)
		return 0;
	return point >= 0x20 || point == '\t' || point == '\n' || point == '\r' ? length : 0;
}
