/* SPDX-License-Identifier: MIT */
/*
 * record.h: the values of a record, which is what a cell of a b-tree holds.
 *
 *	| size of the header | type | type | ... | value | value | ... |
 *
 * https://sqlite.org/fileformat2.html#record_format
 */
#ifndef MOULT_PAGES_RECORD_H
#define MOULT_PAGES_RECORD_H

#include "pages/tree.h"
#include "pages/value.h"

/* Types of values; those between the first and a real are integers. */
enum { MO_SERIAL_NULL, MO_SERIAL_REAL = 7, MO_SERIAL_ZERO, MO_SERIAL_ONE };
/* These two stand for all of their kind, whatever their size. */
enum { MO_SERIAL_BLOB = 12, MO_SERIAL_TEXT };

/* Where a value lies, and what it is. */
struct field {
	const unsigned char *at;
	uint32_t size;
	uint32_t serial;
};

struct record {
	struct field *fields; /* room for most; the caller's */
	int most;	   /* values that may be asked for; those behind them are only measured */
	int count;	   /* values that there are, most or fewer */
	struct field last; /* of all */
	const unsigned char *payload;
	unsigned char *texts; /* made UTF-8 of UTF-16 */
	size_t room;
};

/* MO_ODD where the record is not exactly as long as its header says. */
int mo_record_read(struct record *record, const struct tree_cell *cell, int encoding);
/* What is neither a text nor a blob. */
void mo_record_number(struct value *value, const struct field *field);
/* Makes a text of a file in UTF-16 one in UTF-8. */
int mo_record_text(struct value *value, const struct record *record, const struct field *field,
		   int encoding);

/* A value of that record, as long as the cell stands and no other is read. */
static inline int mo_record_value(struct value *value, const struct record *record,
				  const struct field *field, int encoding)
{
	if (field->serial < MO_SERIAL_BLOB) {
		mo_record_number(value, field);
		return SQLITE_OK;
	}
	value->type = field->serial == MO_SERIAL_TEXT ? SQLITE_TEXT : SQLITE_BLOB;
	value->bytes = field->at;
	value->size = field->size;
	if (encoding == SQLITE_UTF8 || value->type == SQLITE_BLOB)
		return SQLITE_OK;
	return mo_record_text(value, record, field, encoding);
}

void mo_record_done(struct record *record);

#endif
