/* SPDX-License-Identifier: MIT */
/*
 * way.h: where a document stands that a file carries as its way back (back/way_row.h).
 *
 * A migration leaves marks in _moult_done, of what it has run on the file.  Going back takes away
 * those that it left, and puts back those that it took: the next one to the newer shape finds the
 * file as the first one did.
 */
#ifndef MOULT_MODEL_WAY_H
#define MOULT_MODEL_WAY_H

#include "base/arena.h"

#define MO_WAYS_BACK_KEPT 3 /* in a file */

/* What a migration leaves for its way back: "none", "shape", "data". */
#define MO_WAY_BACK_WORDS 3
extern const char *const mo_way_back_words[MO_WAY_BACK_WORDS];

/* A row of _moult_done. */
struct done_mark {
	const char *kind;
	const char *object;
	const char *digest;
	const char *at;
};

struct way_back {
	long long number;	/* of the row that has the document */
	const char *shape_from; /* the older shape, to which it leads */
	const char *shape_to;	/* the newer one, which the file must have */
	struct list left;	/* of struct done_mark: that the migration left */
	struct list taken;	/* of struct done_mark: that it took away */
	int generation; /* of the values that are parked for it; 0: none (sql/park_group.h) */
	struct list
		triggers; /* of struct park_trigger: of those for others, on tables that it dropped */
};

#endif
