/* SPDX-License-Identifier: MIT */
/*
 * printer.h: elements on a page, as a person would set them.
 *
 *	<column name="id" type="INTEGER" primary-key="true"/>	nothing inside
 *	<check name="positive">a &gt; 0</check>			text that fits
 *	<view name="v">						all else
 *	  SELECT a FROM t
 *	</view>
 *
 * An element collects its attributes and what is inside it, and is set when it
 * ends, so that nobody has to know beforehand which of these it will be.
 */
#ifndef MOULT_XML_PRINTER_H
#define MOULT_XML_PRINTER_H

#include "base/diag.h"

struct sheet {
	struct arena *arena; /* scratch */
	struct diags *diags;
	const char *object; /* what is written now, for messages */
	bool told;	    /* its first wrong character was reported */
	bool starved;
	int rc;
};

struct block {
	struct sheet *sheet;
	sqlite3_str *out; /* the parent's inside */
	const char *name;
	int depth;		/* columns of indentation */
	struct list attributes; /* of char *: name="value" */
	const char *text;
	bool movable; /* the lines of text may be indented */
	sqlite3_str *inside;
};

/* The root, written to out; an element inside another.  Each is ended. */
struct block mo_block_root(struct sheet *sheet, sqlite3_str *out, const char *name);
struct block mo_block(struct block *parent, const char *name);
void mo_block_end(struct block *block);
void mo_block_end_if_any(
	struct block *block); /* nothing at all for an element that would be bare */

/* Nothing where value is NULL. */
void mo_block_attribute(struct block *block, const char *name, const char *value);
void mo_block_flag(struct block *block, const char *name, bool value);

/* "a, b", quoted where they must be, in the sheet's arena; NULL for no names. */
const char *mo_sheet_names(struct sheet *sheet, const struct list *names);

/* Whether a text reads well as the value of an attribute. */
bool mo_is_short(const char *text);
/* A clause as an attribute, if it is short; and as an element, if it is not. */
void mo_block_short(struct block *block, const char *name, const char *text);
void mo_block_long(struct block *block, const char *name, const char *text);

/* The element's own text, which stands before all that is inside.  Not copied. */
void mo_block_text(struct block *block, const char *sql);
void mo_block_prose(struct block *block, const char *prose);

#endif
