/* SPDX-License-Identifier: MIT */
/*
 * attribute.h: what a column has beside its name and its constraints, one row an attribute.
 *
 * Whoever only writes, compares, normalises or words an attribute goes through the rows:
 *
 *	xml/write_document.c	the attribute, or the element where its text is long
 *	model/form.c		its field in the normal form
 *	diff/compare.c		whether it differs
 *	diff/describe.c		that, in words
 *	report/changes.c	that, in JSON
 *
 * The language has it in a row of its own (xml/language.c), which reads it.  What takes judgement
 * (how a difference is made, what it endangers) asks for the bit.
 */
#ifndef MOULT_MODEL_ATTRIBUTE_H
#define MOULT_MODEL_ATTRIBUTE_H

#include "model/schema.h"

/* What of a column or table is changed. */
enum attribute {
	ATTRIBUTE_TYPE = 1,
	ATTRIBUTE_COLLATE = 2,
	ATTRIBUTE_DEFAULT = 4,
	ATTRIBUTE_GENERATED = 8,
	ATTRIBUTE_STRICT = 16,
	ATTRIBUTE_WITHOUT_ROWID = 32,
	ATTRIBUTE_COLUMN_ORDER = 64
};

/* What the member is, and how two of it are compared. */
enum attribute_form {
	FORM_TOKENS,	 /* struct sql, token by token */
	FORM_EXPRESSION, /* struct sql, whatever parentheses are around it */
	FORM_NAME,	 /* const char *, as SQLite compares names */
	FORM_FLAG	 /* bool, of the attribute in the row before */
};

struct column_attribute {
	const char *name; /* in a document, and in JSON where json is NULL */
	const char *json;
	const char *words; /* for people */
	enum attribute_form form;
	size_t member;
	unsigned difference; /* enum attribute; 0: only a document has it, and no shape */
	const char *usual;   /* what it is where it is not said; or NULL */
};

/* Of the shape first, then those that only a document has; a name of NULL ends them. */
extern const struct column_attribute mo_column_attributes[];

/* Its text in a column; NULL where it is not said.  Not of a flag. */
const char *mo_attribute_text(const struct column_attribute *attribute,
			      const struct column *column);
bool mo_attribute_flag(const struct column_attribute *attribute, const struct column *column);
bool mo_attribute_is_same(const struct column_attribute *attribute, const struct column *a,
			  const struct column *b);
/* In JSON: "type", ..., "column-order". */
const char *mo_attribute_word(enum attribute attribute);

#endif
