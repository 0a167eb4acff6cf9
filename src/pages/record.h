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

/* Where a value lies, and what it is. */
struct field {
	const unsigned char *at;
	uint32_t size;
	uint32_t serial; /* the type; those of texts and blobs without the size */
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
/* Values of that record, as long as the cell stands and no other is read. */
int mo_record_values(struct value *values, const struct record *record, const struct field *fields,
		     int count, int encoding);
void mo_record_done(struct record *record);

#endif
