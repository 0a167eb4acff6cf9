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

struct record {
	struct value *values; /* room for most; the caller's */
	int most;	      /* values that are asked for; those behind them are only measured */
	int count;	      /* values that there are, most or fewer */
	struct value last;    /* of all; not of UTF-8 in other encodings */
	unsigned char *texts; /* made UTF-8 of UTF-16 */
	size_t room;
};

/* MO_ODD where the record is not exactly as long as its header says. */
int mo_record_read(struct record *record, const struct tree_cell *cell, int encoding);
void mo_record_done(struct record *record);

#endif
