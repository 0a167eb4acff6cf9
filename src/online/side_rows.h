/* SPDX-License-Identifier: MIT */
/*
 * side_rows.h: the rows of tables whose columns are kept in step: those that were there before are
 * filled, and in the end all are asked.
 *
 * The filling goes through a table by rowid in short transactions.  Where it was broken off it begins
 * anew: a row that has a value is passed over.  The proof reads, and holds no lock: a row that was
 * asked is kept in step by the triggers from then on.
 *
 * VACUUM numbers the rows of a table anew that has neither INTEGER PRIMARY KEY nor an index, and
 * schema_version is another then: both begin once more with the table that they are at.
 */
#ifndef MOULT_ONLINE_SIDE_ROWS_H
#define MOULT_ONLINE_SIDE_ROWS_H

#include "live/under_way.h"
#include "session/session.h"

/* The phases of what is under way. */
#define MO_PHASE_FILL "fill"
#define MO_PHASE_IN_STEP "in step"

struct side_rows {
	struct moult *m;
	sqlite3 *db;
	const moult_options *options;
	bool is_ours;
	const struct list *tables;   /* of struct side_table */
	struct under_way *under_way; /* its phase is moved */
	bool is_last;		     /* what is filled is in step, and nothing is due any more */
	int (*check)(void *context); /* whether the schema is still what was made of it */
	void *context;
};

/* Afterwards, where this is the last, the phase is MO_PHASE_IN_STEP. */
int mo_side_rows_fill(const struct side_rows *rows);
/* RUN103 where both sides of a row do not agree. */
int mo_side_rows_prove(const struct side_rows *rows);

#endif
