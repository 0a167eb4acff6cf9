/* SPDX-License-Identifier: MIT */
/*
 * gather.h: the entries of an index that is made, chunk by chunk into lists of the temp schema.
 *
 *	mo_gather_rows()	what the rows of the table have		a read transaction each chunk,
 *	mo_gather_written()	what the tree has			so that no reader keeps the WAL
 *	mo_gather_settle()	the rows that the log has go from a list
 *
 * Chunks are of different moments.  A row that was written since setup is in the log, and what a chunk
 * found of it, be it none or two, goes; any other row is what it was.  So what is left is of the moment
 * when the log was read.  The tree is written by the drain alone, which rests meanwhile.
 *
 * Between two chunks the pins go on, if they are open.
 */
#ifndef MOULT_ONLINE_GATHER_H
#define MOULT_ONLINE_GATHER_H

#include "online/piece.h"
#include "online/pins.h"

/*
 * Each makes its list anew, by that statement.  *version is schema_version at the first chunk, and -1 where
 * it was another at one behind it.
 */
struct gathering {
	const char *list, *create;
	const char *phase;
	struct pins *pins;
	long long *version;
};

int mo_gather_rows(struct session *session, const struct piece *piece,
		   const struct gathering *gathering);
int mo_gather_written(struct session *session, const struct piece *piece,
		      const struct gathering *gathering);
/* Reads the log, and settles a list by it; which rows the log had is known (MO_TOUCHED). */
int mo_gather_settle(struct session *session, const struct piece *piece, const char *list);

#endif
