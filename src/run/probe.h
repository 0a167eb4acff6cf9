/* SPDX-License-Identifier: MIT */
/*
 * probe.h: asks the rows whether the hazards of a plan hold.
 *
 * Nothing is written.  The connection has, for as long as it takes, the
 * functions that the questions use: those of digest/digest.h and digest/loss.h.
 */
#ifndef MOULT_RUN_PROBE_H
#define MOULT_RUN_PROBE_H

#include "plan/plan.h"

/*
 * Fills counts and samples. RUN014 when interrupted; a question that cannot be asked is no
 * failure.  Where digests are wanted, for a migration with these options that begins with the rows as
 * they are, those that can be had on the way are taken (move->digest); nobody may write in between.
 */
int mo_probe(struct plan *plan, struct moult *m, sqlite3 *db, const moult_options *digests);

/* Some rows of a table of the file: those where the condition holds, whose parameters bind() sets. */
struct some_rows {
	const char *condition;
	int (*bind)(void *context, sqlite3_stmt *stmt); /* SQLite's code; NULL: it has none */
	void *context;
};

/*
 * Asks the rows that are to be expected of some whether any is in the way that nobody consented to; says
 * so.  The connection has the functions of digest/digest.h; what is asked is written in the arena.
 */
int mo_probe_some(struct plan *plan, struct arena *arena, struct moult *m, sqlite3 *db,
		  const struct move *move, const struct some_rows *some);
/* The same of everything that can be asked so: counts are added up, and mo_probe() asks what is left. */
int mo_probe_add(struct plan *plan, struct arena *arena, struct moult *m, sqlite3 *db,
		 const struct move *move, const struct some_rows *some);
/* What is asked about an index is found out in another way: nobody is in the way. */
void mo_probe_leave_index(struct plan *plan, const char *name);
/* Whether an expression fails on a row is, of a table's rows. */
void mo_probe_leave_raising(struct plan *plan, const char *table);
/*
 * A hazard of a table that refuses where it holds, and can be asked of all rows at once only; NULL
 * where there is none.
 */
const struct hazard *mo_probe_not_some(const struct plan *plan, const struct move *move);

/* Adds a diagnostic for each hazard that holds; MOULT_REFUSED if any refuses. */
int mo_probe_verdict(const struct plan *plan, struct diags *diags);

#endif
