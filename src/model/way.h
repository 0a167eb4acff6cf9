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

#include <stdbool.h>

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

/* What AUTOINCREMENT remembered of a table that went, or did not count any more. */
struct kept_sequence {
	const char *table; /* its name in the older shape */
	long long last;
};

/* A column of the newer shape whose values were parked on the way back from it. */
struct kept_column {
	int place;	   /* in _moult_parked */
	bool is_of_gone;   /* its table went, too: the rows are parked whole */
	const char *table; /* names of the newer shape */
	const char *column;
	const char *type;   /* its norm; "" where it has none */
	const char *became; /* the column of the older shape that has what they became; or NULL */
	bool is_taken;	    /* a plan gives them back */
};

/*
 * What is parked on a way back waits for whoever goes there again (plan/way_forth.h).
 */
struct way_forth {
	long long number;	/* the later, the higher */
	int generation;		/* of what is parked (sql/park_group.h) */
	const char *shape_from; /* the older shape */
	const char *shape_to;	/* the newer one */
	struct list columns;	/* of struct kept_column */
	struct list triggers;	/* of struct park_trigger, as in a way back */
	const char *text;	/* as the note of it has it (sql/way_forth_note.h) */
	/* of a plan: the file has the older shape; the goal has the newer one */
	bool is_here;
	bool leads_on;
};

struct way_back {
	long long number;	/* of the row that has the document */
	const char *shape_from; /* the older shape, to which it leads */
	const char *shape_to;	/* the newer one, which the file must have */
	struct list left;	/* of struct done_mark: that the migration left */
	struct list taken;	/* of struct done_mark: that it took away */
	struct list sequences;	/* of struct kept_sequence */
	int generation; /* of the values that are parked for it; 0: none (sql/park_group.h) */
	struct list
		triggers; /* of struct park_trigger: of those for others, on tables that it dropped */
};

#endif
