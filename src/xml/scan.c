/* SPDX-License-Identifier: MIT */
/*
 * scan.c: the scan of place.h.
 *
 * It is no parser: it knows tags, attributes, comments, CDATA, instructions and
 * references, and nothing of namespaces.  It stops at the first mistake of
 * form, since nothing behind it can be trusted.
 */
#include <stdint.h>
#include <string.h>

#include "base/show.h"
#include "base/text.h"
#include "xml/place.h"

struct scanner {
	struct scan *scan;
	struct diags *diags;
	size_t at;
	int open[MO_DEPTH_LIMIT]; /* tags that are not closed yet */
	int depth;
	int rc;
};

/* ---- mistakes -------------------------------------------------------------- */

static bool fail(struct scanner *s, enum diag_id id, size_t offset, size_t width,
		 const char *message)
{
	const struct moult_place place = mo_scan_place(s->scan, offset, width);

	s->rc = mo_diag(s->diags, id, &place, NULL, "%s", message);
	return false;
}

static bool check_characters(struct scanner *s)
{
	const unsigned char *text = (const unsigned char *)s->scan->text;

	for (size_t at = 0; at < s->scan->size;) {
		int length;

		if (text[at] >= ' ' && text[at] < 0x80) {
			at++;
			continue;
		}
		length = mo_xml_character(text + at, s->scan->size - at);
		if (!length && text[at] < 0x80)
			return fail(s, DIAG_DOC002, at, 1,
				    "this control character cannot stand in XML");
		if (!length) {
			fail(s, DIAG_DOC002, at, 1, "this is not UTF-8");
			mo_diag_hint(s->diags, "convert it with iconv -f WINDOWS-1252 -t UTF-8 %s",
				     mo_shell_word(s->diags->arena, s->scan->name));
			return false;
		}
		at += (size_t)length;
	}
	return true;
}

static bool is_name_byte(char c)
{
	return (unsigned)((c | 0x20) - 'a') < 26 || (unsigned)(c - '0') < 11 || c == '-' ||
	       c == '.' || c == '_' || (c & 0x80);
}

static size_t name_length(const struct scan *scan, size_t at)
{
	size_t end = at;

	while (end < scan->size && is_name_byte(scan->text[end]))
		end++;
	return end - at;
}

/* <?xml ... encoding="x"?>, where x must be UTF-8 */
static bool check_encoding(struct scanner *s)
{
	const struct scan *scan = s->scan;
	size_t end, at, length;
	char quote;

	if (!mo_scan_starts(scan, 0, "<?xml") || scan->size < 6 || !mo_is_space(scan->text[5]))
		return true;
	end = mo_scan_find(scan, 0, "?>");
	at = mo_scan_find(scan, 0, "encoding");
	if (end == SIZE_MAX || at > end)
		return true;
	for (at += strlen("encoding");
	     at < end && (mo_is_space(scan->text[at]) || scan->text[at] == '='); at++)
		;
	quote = scan->text[at++];
	if ((quote == '"' || quote == '\'') && end - at > 5 &&
	    sqlite3_strnicmp(scan->text + at, "UTF-8", 5) == 0 && scan->text[at + 5] == quote)
		return true;
	fail(s, DIAG_DOC002, at, 1, "a document must be in UTF-8");
	length = name_length(scan, at);
	if (length)
		mo_diag_hint(
			s->diags,
			"convert it with iconv -f %.*s -t UTF-8 %s, and write encoding=\"UTF-8\"",
			(int)length, scan->text + at, mo_shell_word(s->diags->arena, scan->name));
	return false;
}

/* What HTML names, by its number. */
static void hint_entity(struct scanner *s, size_t at, size_t length)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {
		{"nbsp", 160},	  {"copy", 169},   {"reg", 174},    {"deg", 176},
		{"middot", 183},  {"auml", 228},   {"ouml", 246},   {"uuml", 252},
		{"szlig", 223},	  {"euro", 8364},  {"ndash", 8211}, {"mdash", 8212},
		{"hellip", 8230}, {"lsquo", 8216}, {"rsquo", 8217}, {"ldquo", 8220},
		{"rdquo", 8221},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strlen(known[i].name) == length &&
		    strncmp(known[i].name, s->scan->text + at, length) == 0) {
			mo_diag_hint(s->diags, "write &#%d;", known[i].number);
			return;
		}
	mo_diag_hint(s->diags, "write the character itself, or its number, as in &#233;");
}

/* &amp; &lt; &gt; &quot; &apos; and characters by number: without a DOCTYPE there are no others. */
static bool check_reference(struct scanner *s, size_t at, size_t end)
{
	static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
	const char *close = memchr(s->scan->text + at, ';', end - at < 40 ? end - at : 40);

	if (mo_scan_starts(s->scan, at, "&#") && close)
		return true;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (mo_scan_starts(s->scan, at, known[i]))
			return true;
	for (const char *c = s->scan->text + at + 1; close && c < close; c++)
		if (mo_is_space(*c))
			close = NULL;
	if (close && close > s->scan->text + at + 1) {
		fail(s, DIAG_DOC010, at, (size_t)(close - s->scan->text) - at + 1,
		     "an entity is not allowed");
		hint_entity(s, at + 1, (size_t)(close - s->scan->text) - at - 1);
		return false;
	}
	fail(s, DIAG_DOC002, at, 1, "this & begins no character");
	mo_diag_hint(s->diags, "write &amp;");
	return false;
}

static bool check_references(struct scanner *s, size_t from, size_t end)
{
	const char *text = s->scan->text;

	for (const char *c = text + from; (c = memchr(c, '&', end - (size_t)(c - text))) != NULL;
	     c++)
		if (!check_reference(s, (size_t)(c - text), end))
			return false;
	return true;
}

/* ---- tags ------------------------------------------------------------------ */

static size_t skip_space(const struct scan *scan, size_t at)
{
	while (at < scan->size && mo_is_space(scan->text[at]))
		at++;
	return at;
}

static char byte_at(const struct scan *scan, size_t at)
{
	return (char)(at < scan->size ? scan->text[at] : '\0');
}

static bool check_twice(struct scanner *s, const struct tag *tag, const struct spot *spot)
{
	const char *text = s->scan->text;

	for (int i = 0; i < tag->spot_count; i++) {
		const struct spot *other = &s->scan->spots[tag->first_spot + i];
		struct moult_place have;

		if (other->name_length != spot->name_length ||
		    memcmp(text + other->name, text + spot->name, spot->name_length) != 0)
			continue;
		have = mo_scan_place(s->scan, other->name, other->name_length);
		fail(s, DIAG_DOC002, spot->name, spot->name_length,
		     "this attribute stands in the tag already");
		mo_diag_have(s->diags, &have);
		return false;
	}
	return true;
}

/* \u201C \u201D \u201E \u2018 \u2019 \u00AB \u00BB, which texts have in the place of quotes */
static bool is_typographic(const struct scan *scan, size_t at)
{
	static const char *const quotes[] = {"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E",
					     "\xE2\x80\x98", "\xE2\x80\x99", "\xC2\xAB",
					     "\xC2\xBB"};

	for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++)
		if (mo_scan_starts(scan, at, quotes[i]))
			return true;
	return false;
}

static bool no_quote(struct scanner *s, const struct spot *spot)
{
	const char *text = s->scan->text;
	const size_t length = name_length(s->scan, s->at);

	fail(s, DIAG_DOC002, s->at, 1, "the value of an attribute stands in quotes");
	if (is_typographic(s->scan, s->at))
		mo_diag_hint(s->diags, "these are typographic quotes: write \" instead");
	else if (length)
		mo_diag_hint(s->diags, "write %.*s=\"%.*s\"", (int)spot->name_length,
			     text + spot->name, (int)length, text + s->at);
	return false;
}

/* name = "value" */
static bool scan_attribute(struct scanner *s, struct tag *tag)
{
	struct scan *scan = s->scan;
	struct spot *spot = &scan->spots[scan->spot_count];
	const char *end, *less;
	char quote;

	spot->name = (unsigned)s->at;
	spot->name_length = (unsigned)name_length(scan, s->at);
	if (!spot->name_length)
		return fail(s, DIAG_DOC002, s->at, 1, "an attribute, > or /> belongs here");
	if (!check_twice(s, tag, spot))
		return false;
	s->at = skip_space(scan, s->at + spot->name_length);
	if (byte_at(scan, s->at) != '=')
		return fail(s, DIAG_DOC002, spot->name, spot->name_length,
			    "this attribute has no value");
	s->at = skip_space(scan, s->at + 1);
	quote = byte_at(scan, s->at);
	if (quote != '"' && quote != '\'')
		return no_quote(s, spot);
	spot->value = (unsigned)++s->at;
	end = memchr(scan->text + s->at, quote, scan->size - s->at);
	if (!end)
		return fail(s, DIAG_DOC002, s->at - 1, 1, "this quote is not closed");
	spot->value_length = (unsigned)(end - scan->text - (ptrdiff_t)s->at);
	less = memchr(scan->text + s->at, '<', spot->value_length);
	if (less) {
		fail(s, DIAG_DOC002, (size_t)(less - scan->text), 1,
		     "a < cannot stand in the value of an attribute");
		mo_diag_hint(s->diags, "write &lt;, or close the quote before it");
		return false;
	}
	s->at += spot->value_length + 1;
	scan->spot_count++;
	tag->spot_count++;
	return check_references(s, spot->value, spot->value + (size_t)spot->value_length);
}

static bool check_limits(struct scanner *s, const struct tag *tag)
{
	if (s->at - tag->start > MO_TAG_LIMIT)
		return fail(s, DIAG_DOC003, tag->start, tag->name_length + 1,
			    "this tag is larger than 64 KiB");
	if (tag->spot_count > MO_TAG_ATTRIBUTES)
		return fail(s, DIAG_DOC003, tag->start, tag->name_length + 1,
			    "this tag has more than 64 attributes");
	return true;
}

/* Up to the > of a start tag; whether the element is empty is told by the byte before. */
static bool scan_attributes(struct scanner *s, struct tag *tag)
{
	for (;;) {
		const size_t next = skip_space(s->scan, s->at);
		const bool space = next > s->at;

		s->at = next;
		if (byte_at(s->scan, s->at) == '>' || mo_scan_starts(s->scan, s->at, "/>"))
			return true;
		if (s->at >= s->scan->size)
			return fail(s, DIAG_DOC002, tag->start, tag->name_length + 1,
				    "this tag does not end");
		if (!space)
			return fail(s, DIAG_DOC002, s->at, 1, "a space is missing before this");
		if (!scan_attribute(s, tag) || !check_limits(s, tag))
			return false;
	}
}

static void close_element(struct scanner *s, struct tag *tag, size_t close)
{
	tag->close = (unsigned)close;
	tag->finish = (unsigned)s->at;
	tag->next = s->scan->tag_count;
	s->depth--;
}

static bool scan_start(struct scanner *s)
{
	struct scan *scan = s->scan;
	struct tag *tag = &scan->tags[scan->tag_count];

	tag->start = (unsigned)s->at;
	tag->first_spot = scan->spot_count;
	tag->name_length = (unsigned)name_length(scan, s->at + 1);
	if (!tag->name_length) {
		fail(s, DIAG_DOC002, s->at, 1, "this < begins no tag");
		mo_diag_hint(s->diags, "write &lt;");
		return false;
	}
	if (s->depth == MO_DEPTH_LIMIT)
		return fail(s, DIAG_DOC003, s->at, tag->name_length + 1,
			    "elements are nested more than 64 deep");
	if (!s->depth && scan->tag_count)
		return fail(s, DIAG_DOC002, s->at, tag->name_length + 1,
			    "a document has one root element");
	s->open[s->depth++] = scan->tag_count++;
	s->at += 1 + tag->name_length;
	if (!scan_attributes(s, tag))
		return false;
	if (scan->text[s->at] == '>') {
		tag->content = (unsigned)++s->at;
		return true;
	}
	s->at += 2;
	tag->content = (unsigned)s->at;
	close_element(s, tag, s->at);
	return true;
}

static bool mismatch(struct scanner *s, const struct tag *tag, size_t length)
{
	const char *text = s->scan->text;
	const struct moult_place place = mo_scan_place(s->scan, s->at, length + 2);
	const struct moult_place open = mo_scan_tag_place(s->scan, tag);

	s->rc = mo_diag(s->diags, DIAG_DOC002, &place, NULL,
			"</%.*s> stands where </%.*s> must, of line %d", (int)length,
			text + s->at + 2, (int)tag->name_length, text + tag->start + 1, open.line);
	mo_diag_have(s->diags, &open);
	return false;
}

static bool scan_end(struct scanner *s)
{
	struct scan *scan = s->scan;
	const size_t close = s->at;
	const size_t length = name_length(scan, s->at + 2);
	struct tag *tag;

	if (!s->depth)
		return fail(s, DIAG_DOC002, s->at, length + 2, "this closes nothing");
	tag = &scan->tags[s->open[s->depth - 1]];
	if (length != tag->name_length ||
	    memcmp(scan->text + tag->start + 1, scan->text + s->at + 2, length) != 0)
		return mismatch(s, tag, length);
	s->at = skip_space(scan, s->at + 2 + length);
	if (byte_at(scan, s->at) != '>')
		return fail(s, DIAG_DOC002, close, length + 2, "this tag does not end");
	s->at++;
	close_element(s, tag, close);
	return true;
}

/* Past the end of what begins at s->at. */
static bool skip_to(struct scanner *s, size_t from, const char *end, const char *message)
{
	const size_t found = mo_scan_find(s->scan, from, end);

	if (found == SIZE_MAX)
		return fail(s, DIAG_DOC002, s->at, 1, message);
	s->at = found + strlen(end);
	return true;
}

static bool scan_comment(struct scanner *s)
{
	const size_t dashes = mo_scan_find(s->scan, s->at + 4, "--");

	if (dashes != SIZE_MAX && byte_at(s->scan, dashes + 2) != '>')
		return fail(s, DIAG_DOC002, dashes, 2, "-- cannot stand in a comment");
	return skip_to(s, s->at + 4, "-->", "this comment is not closed");
}

static bool scan_markup(struct scanner *s)
{
	if (mo_scan_starts(s->scan, s->at, "<!--"))
		return scan_comment(s);
	if (mo_scan_starts(s->scan, s->at, "<![CDATA["))
		return skip_to(s, s->at, "]]>", "this CDATA section is not closed");
	if (mo_scan_starts(s->scan, s->at, "<!")) {
		fail(s, DIAG_DOC010, s->at, name_length(s->scan, s->at + 2) + 2,
		     "a DOCTYPE is not allowed");
		mo_diag_hint(s->diags, "leave it out");
		return false;
	}
	if (s->at && mo_scan_starts(s->scan, s->at, "<?xml") &&
	    mo_is_space(byte_at(s->scan, s->at + 5))) {
		fail(s, DIAG_DOC002, s->at, 5, "the XML declaration stands at the very start");
		mo_diag_hint(s->diags,
			     s->depth ? "leave it out" : "take away what stands before it");
		return false;
	}
	if (mo_scan_starts(s->scan, s->at, "<?"))
		return skip_to(s, s->at, "?>", "this instruction is not closed");
	return mo_scan_starts(s->scan, s->at, "</") ? scan_end(s) : scan_start(s);
}

/* The text up to the next markup. */
static bool scan_text(struct scanner *s)
{
	const struct scan *scan = s->scan;
	const char *next = memchr(scan->text + s->at, '<', scan->size - s->at);
	const size_t end = next ? (size_t)(next - scan->text) : scan->size;
	const size_t first = skip_space(scan, s->at);

	if (!s->depth && first < end)
		return fail(s, DIAG_DOC002, first, 1,
			    scan->tag_count ? "text after the root element"
					    : "an XML document begins with a tag");
	if (!check_references(s, s->at, end))
		return false;
	s->at = end;
	return true;
}

static bool scan_document(struct scanner *s)
{
	while (s->at < s->scan->size) {
		if (s->scan->text[s->at] == '<' ? !scan_markup(s) : !scan_text(s))
			return false;
	}
	if (s->depth) {
		const struct tag *tag = &s->scan->tags[s->open[s->depth - 1]];

		return fail(s, DIAG_DOC002, tag->start, tag->name_length + 1,
			    "this element is not closed");
	}
	return s->scan->tag_count || fail(s, DIAG_DOC002, 0, 1, "the document has no element");
}

/* ---- setting up ------------------------------------------------------------ */

static size_t count_bytes(const struct scan *scan, char byte)
{
	size_t count = 0;
	const char *end = scan->text + scan->size;

	for (const char *c = scan->text; (c = memchr(c, byte, (size_t)(end - c))) != NULL; c++)
		count++;
	return count;
}

static size_t count_starts(const struct scan *scan)
{
	size_t count = 0;
	const char *end = scan->text + scan->size;

	for (const char *c = scan->text; (c = memchr(c, '<', (size_t)(end - c))) != NULL; c++)
		count += c + 1 == end || c[1] != '/';
	return count;
}

static void index_lines(struct scan *scan)
{
	const char *end = scan->text + scan->size;

	scan->lines[scan->line_count++] = 0;
	for (const char *c = scan->text; (c = memchr(c, '\n', (size_t)(end - c))) != NULL; c++) {
		const size_t at = (size_t)(c - scan->text);

		scan->lines[scan->line_count++] = (unsigned)at + 1;
		scan->source[at] = '\0';
		if (at && scan->text[at - 1] == '\r')
			scan->source[at - 1] = '\0';
	}
}

/* Every start tag has its < and every attribute its =, so that their count is room enough. */
static int make_room(struct scan *scan, struct arena *keep, struct arena *scratch)
{
	scan->source = mo_arena_slice(keep, scan->text, scan->size);
	scan->lines = mo_arena_alloc(scratch, (count_bytes(scan, '\n') + 1) * sizeof(*scan->lines));
	scan->tags = mo_arena_alloc(scratch, (count_starts(scan) + 1) * sizeof(*scan->tags));
	scan->spots = mo_arena_alloc(scratch, (count_bytes(scan, '=') + 1) * sizeof(*scan->spots));
	return scan->source && scan->lines && scan->tags && scan->spots ? MOULT_OK : MOULT_TROUBLE;
}

static bool check_form(struct scanner *s)
{
	struct scan *scan = s->scan;

	if (scan->size > MO_DOCUMENT_LIMIT)
		return fail(s, DIAG_DOC003, 0, 1,
			    "a document is at most 16 MiB, with all that it includes");
	if (mo_scan_starts(scan, 0, "\xFE\xFF") || mo_scan_starts(scan, 0, "\xFF\xFE"))
		return fail(s, DIAG_DOC002, 0, 1, "this is UTF-16; a document must be in UTF-8");
	if (mo_scan_starts(scan, 0, "\xEF\xBB\xBF")) {
		scan->text += 3;
		scan->size -= 3;
	}
	return true;
}

int mo_scan(struct scan *scan, struct arena *keep, struct arena *scratch, const char *name,
	    const char *text, size_t size, struct diags *diags)
{
	struct scanner scanner = {.scan = scan, .diags = diags, .rc = MOULT_OK};

	*scan = (struct scan){.name = mo_arena_text(keep, name), .text = text, .size = size};
	if (!check_form(&scanner))
		return scanner.rc;
	if (make_room(scan, keep, scratch))
		return mo_diag_memory(diags);
	index_lines(scan);
	if (check_encoding(&scanner) && check_characters(&scanner))
		scan_document(&scanner);
	return scanner.rc;
}
