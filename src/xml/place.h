/* SPDX-License-Identifier: MIT */
/*
 * place.h: where in the document everything stands.
 *
 * libxml2 knows the line in which a tag ends, wrong past 65,535, and no
 * columns.  So the text is scanned once more, before libxml2 sees it:
 *
 *	<column name="id" type="INTEGER">text</column>
 *	^       ^    ^                   ^   ^        ^
 *	start   name value         content   close    finish
 *
 * The scan has a struct tag for each start tag, in the order of the document,
 * which is the order of the tree; load.c hangs them on the nodes.  It also
 * enforces the limits, and finds the common mistakes of form at their exact
 * places; what is left to be found, libxml2 finds.
 */
#ifndef MOULT_XML_PLACE_H
#define MOULT_XML_PLACE_H

#include <stddef.h>

#include "base/diag.h"

#define MO_DOCUMENT_LIMIT ((size_t)16 << 20) /* bytes, with all that is included */
#define MO_TAG_LIMIT ((size_t)64 << 10)	     /* bytes of one start tag */
#define MO_TAG_ATTRIBUTES 64
#define MO_DEPTH_LIMIT 64

/* An attribute.  All offsets count from the start of the text. */
struct spot {
	unsigned name;
	unsigned name_length;
	unsigned value; /* without its quotes */
	unsigned value_length;
	const char *text; /* the value as XML reads it; set by load.c, NULL before */
};

struct tag {
	unsigned start;
	unsigned name_length;
	unsigned content; /* behind the start tag */
	unsigned close;	  /* the end tag; equal to content in an empty element */
	unsigned finish;
	int first_spot;
	int spot_count;
	int next; /* the tag after this element and all that it holds */
	int rule; /* enum element, set by validate.c: 0 for what is not ours */
};

struct scan {
	const char *name; /* as messages call the text */
	const char *text;
	size_t size;
	char *source;	 /* a copy whose line ends are zero bytes, for the source lines of places */
	unsigned *lines; /* where each line starts */
	int line_count;
	struct tag *tags;
	int tag_count;
	struct spot *spots;
	int spot_count;
};

/*
 * Scans a text.  name and source lines are kept in keep and live as long as
 * it; all else is in scratch, and the text itself is not copied.
 */
int mo_scan(struct scan *scan, struct arena *keep, struct arena *scratch, const char *name,
	    const char *text, size_t size, struct diags *diags);

/* Where what stands next, from a byte on; SIZE_MAX: nowhere.  Whether it stands there. */
size_t mo_scan_find(const struct scan *scan, size_t from, const char *what);
bool mo_scan_starts(const struct scan *scan, size_t at, const char *what);

struct moult_place mo_scan_place(const struct scan *scan, size_t offset, size_t width);
struct moult_place mo_scan_tag_place(const struct scan *scan, const struct tag *tag);

/* Where a byte stands of a value, or of an element's own text, both as XML reads them. */
size_t mo_scan_value_offset(const struct scan *scan, const struct spot *spot, size_t at);
size_t mo_scan_text_offset(const struct scan *scan, const struct tag *tag, size_t at);

/* The bytes of the UTF-8 character at text; 0 for none, and for one that XML 1.0 cannot hold. */
int mo_xml_character(const unsigned char *text, size_t size);

#endif
