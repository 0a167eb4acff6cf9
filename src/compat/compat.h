/* SPDX-License-Identifier: MIT */
/*
 * compat.h: what code of one release sees in a file of the other.
 *
 *	OLD --build--> a database in memory --.
 *	                                      |-- what code of each side writes, run on both
 *	NEW --build--> a database in memory --'
 *
 *	change --diff/verdict--> what is to be expected of it, in words
 *
 * The statements decide: what the table of verdicts says must fail, and what is
 * seen to work all the same (a view has the former name), works; and what fails
 * though no verdict says so, fails.  A statement counts only where the side that
 * it was written for takes it.  Nothing is ever run on a file of the user's.
 *
 * What code there is nobody can know: SELECT * and INSERT without a list of
 * columns are tried and named, but do not decide; queries.h takes the
 * application's own statements, which do.
 */
#ifndef MOULT_COMPAT_COMPAT_H
#define MOULT_COMPAT_COMPAT_H

#include "compat/tryout.h"
#include "diff/verdict.h"
#include "plan/plan.h"

/* What it takes to make a change, by the way of its table. */
enum price {
	PRICE_UNKNOWN, /* nobody planned it */
	PRICE_NOTHING, /* not more than the schema is written */
	PRICE_SCAN,    /* rows are read, and an index may be made of them */
	PRICE_REWRITE, /* rows are written in place */
	PRICE_COPY,    /* the table is written anew */
	PRICE_FREE     /* the pages of what is dropped */
};

struct meeting {
	/* one of the two */
	const struct rename *rename;
	const struct change *change;
	const struct verdict *verdict;
	const char *relation[SIDE_COUNT]; /* the table or view, as code of that side calls it */
	struct effect effects[SIDE_COUNT][TRAFFIC_COUNT];
	enum back back;
	const char *back_words; /* the expression, where there is one; or NULL */
	enum price price;
	long long rows; /* of the table, -1: not known */
	long long ms;	/* what its steps take; -1: not known */
};

/* What was found of one side's code. */
struct findings {
	struct list failed; /* of struct saying, also those that only say something (saying.h) */
	int tried;	    /* statements */
	struct list tried_on[TRAFFIC_COUNT]; /* of char *: tables and views */
	enum fit fits[TRAFFIC_COUNT];
};

struct compat {
	struct moult *m;
	struct arena *arena;
	const struct diff *diff;
	struct tryout tryout;
	struct list meetings; /* of struct meeting: renames, then changes */
	struct findings findings[SIDE_COUNT];
	struct list queries; /* of struct query */
	bool has_queries;
	int passed_over; /* statements among them that are no queries */
	long long ms;	 /* all that the change takes, the lock being held; -1: not known */
	bool is_wal;	 /* the file is in WAL mode: readers go on meanwhile */
};

/* plan (may be NULL) has the ways and costs.  The difference must outlive the result. */
int mo_compat_new(struct compat **compat, struct moult *m, const struct diff *diff,
		  const struct plan *plan);
void mo_compat_free(struct compat *compat);

/* Whether all that was found works, both ways. */
bool mo_compat_fits(const struct compat *compat);

#endif
